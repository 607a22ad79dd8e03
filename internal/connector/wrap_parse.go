package connector

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Pace is how fast a system may be asked. The zero value has no limit.
type Pace struct {
	Rates   []Rate // all hold
	AtATime int    // requests at a time; 0: any number
}

// Rate is a number of requests within any time Per.
type Rate struct {
	N   int
	Per time.Duration
}

var (
	ratePattern = regexp.MustCompile(`^(\d+) ?/ ?(\d+)? ?([a-z]+)$`)
	slotPattern = regexp.MustCompile(`^(\d+) at a time$`)
)

var units = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "second": time.Second, "seconds": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"h": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
}

// ParsePace reads a pace: limits parted by commas, each like 100/min,
// 3000/5min or 4 at a time. "" is no limit.
func ParsePace(text string) (Pace, error) {
	var p Pace
	if strings.TrimSpace(text) == "" {
		return p, nil
	}
	for _, part := range strings.Split(text, ",") {
		part = strings.ToLower(strings.TrimSpace(part))
		if m := slotPattern.FindStringSubmatch(part); m != nil {
			n, err := strconv.Atoi(m[1])
			if err != nil || n < 1 || p.AtATime != 0 {
				return Pace{}, fmt.Errorf("pace %q: one number from 1 at a time", part)
			}
			p.AtATime = n
			continue
		}
		r, err := parseRate(part)
		if err != nil {
			return Pace{}, err
		}
		p.Rates = append(p.Rates, r)
	}
	return p, nil
}

func parseRate(text string) (Rate, error) {
	m := ratePattern.FindStringSubmatch(text)
	if m == nil || units[m[3]] == 0 {
		return Rate{}, fmt.Errorf("pace %q: write 100/min, 3000/5min or 4 at a time", text)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n < 1 {
		return Rate{}, fmt.Errorf("pace %q: at least 1 request", text)
	}
	per := 1
	if m[2] != "" {
		if per, err = strconv.Atoi(m[2]); err != nil || per < 1 || per > 1000 {
			return Rate{}, fmt.Errorf("pace %q: the time is from 1 to 1000 units", text)
		}
	}
	return Rate{N: n, Per: time.Duration(per) * units[m[3]]}, nil
}
