package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"kith/internal/contact"
)

var brakePattern = regexp.MustCompile(`^(\d{1,9})(?:\s+or\s+(\d{1,3}(?:\.\d+)?)%)?$|^(\d{1,3}(?:\.\d+)?)%$`)

// parseBrake reads "10 or 5%", "10", "5%" or "off".
func parseBrake(text string) (contact.Brake, error) {
	if text == "off" {
		return contact.Brake{Off: true}, nil
	}
	parts := brakePattern.FindStringSubmatch(text)
	if parts == nil {
		return contact.Brake{}, fmt.Errorf(`%q is no brake; say 10 or 5%%, 10, 5%% or off`, text)
	}
	brake := contact.Brake{}
	brake.Count, _ = strconv.Atoi(parts[1])
	brake.Percent, _ = strconv.ParseFloat(parts[2]+parts[3], 64)
	if brake.Percent > 100 {
		return contact.Brake{}, fmt.Errorf("%v%% is more than all", brake.Percent)
	}
	return brake, nil
}

var pacePattern = regexp.MustCompile(`^([1-9]\d*/([1-9]\d*)?(s|sec|min|h|d)|[1-9]\d* at a time)$`)

// checkPace looks at the form only: the door knows what it means.
func checkPace(text string) error {
	if text == "" {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		if !pacePattern.MatchString(strings.TrimSpace(part)) {
			return fmt.Errorf("%q is no pace; say 100/min, 3000/5min or 4 at a time", strings.TrimSpace(part))
		}
	}
	return nil
}

// Bounds of the dial `wrong`, per 10,000.
const (
	leastWrong = 0.01
	mostWrong  = 1000
)

// ParseWrong reads how many certain links of 10,000 may be wrong, as `wrong` is written.
func ParseWrong(text string) (float64, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= leastWrong && n <= mostWrong) {
		return 0, fmt.Errorf("%q is no number of wrong links per 10,000; say one from %v to %v, such as 5", text, leastWrong, mostWrong)
	}
	return n, nil
}

// ParseShare reads a share in percent.
func ParseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !percent || !(n >= 0.1 && n <= 50) {
		return 0, fmt.Errorf("%q is no share; say one from 0.1%% to 50%%, such as 3%%", text)
	}
	return n, nil
}
