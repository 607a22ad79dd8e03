package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Schedule says when something is done: at an interval counted from the start
// of the program, at times of the day, or only by hand.
type Schedule struct {
	Every  time.Duration // 0: not at an interval
	At     []Clock       // in ascending order
	ByHand bool
	Zone   *time.Location // the zone of At; nil is UTC
}

// Clock is a time of the day in minutes since midnight.
type Clock int

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// String writes the schedule as in the file.
func (s Schedule) String() string {
	if s.ByHand {
		return "by hand"
	}
	if len(s.At) == 0 {
		return "every " + formatDuration(s.Every)
	}
	times := make([]string, len(s.At))
	for i, c := range s.At {
		times[i] = c.String()
	}
	return "at " + strings.Join(times, " ")
}

// Next returns when it is due: a time that is not after now means at once, the
// zero time never. Start is when the program started, last when it was done
// last (zero: not yet). Times that passed while nothing ran are made up for
// once, not once each. With an interval the first time is the start itself;
// a time of the day before the start is made up for only where it was done
// before.
func (s Schedule) Next(start, last, now time.Time) time.Time {
	if last.After(now) {
		last = now // the clock was set back
	}
	switch {
	case s.ByHand:
		return time.Time{}
	case len(s.At) > 0 && last.IsZero():
		return s.nextClock(start)
	case len(s.At) > 0:
		return s.nextClock(last)
	case s.Every <= 0:
		return time.Time{}
	case last.Before(start):
		return start
	}
	passed := last.Sub(start)/s.Every + 1
	return start.Add(passed * s.Every)
}

// nextClock is the first of the day's times after a moment. A time that the
// change to summer time leaves out comes once, an hour off; one that the
// change back brings twice comes once too.
func (s Schedule) nextClock(after time.Time) time.Time {
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	year, month, day := after.In(zone).Date()
	for ahead := 0; ; ahead++ {
		for _, clock := range s.At {
			at := time.Date(year, month, day+ahead, int(clock)/60, int(clock)%60, 0, 0, zone)
			if at.After(after) {
				return at
			}
		}
	}
}

// Interval is the usual time between two: the longest there is where it is by
// hand.
func (s Schedule) Interval() time.Duration {
	switch {
	case s.ByHand:
		return math.MaxInt64
	case len(s.At) > 0:
		return 24 * time.Hour / time.Duration(len(s.At))
	}
	return s.Every
}

const scheduleForms = "every 15m, 2 times a day, at 06:00 18:00, or by hand"

func parseSchedule(text string) (Schedule, error) {
	wrong := fmt.Errorf("%q says no time; say %s", text, scheduleForms)
	words := strings.Fields(text)
	switch {
	case slices.Equal(words, []string{"by", "hand"}):
		return Schedule{ByHand: true}, nil
	case len(words) == 2 && words[0] == "every":
		every, err := parseDuration(words[1])
		return Schedule{Every: every}, err
	case len(words) == 4 && words[1] == "times" && words[2] == "a" && words[3] == "day":
		n, err := strconv.Atoi(words[0])
		if err != nil || n < 1 || n > 24*60 {
			return Schedule{}, fmt.Errorf("%q is no number of times a day; 1 to 1440 are", words[0])
		}
		return Schedule{Every: 24 * time.Hour / time.Duration(n)}, nil
	case len(words) > 1 && words[0] == "at":
		return parseClocks(words[1:])
	}
	return Schedule{}, wrong
}

func parseClocks(words []string) (Schedule, error) {
	s := Schedule{}
	for _, word := range words {
		clock, err := parseClock(strings.TrimSuffix(word, ","))
		if err != nil {
			return s, err
		}
		if !slices.Contains(s.At, clock) {
			s.At = append(s.At, clock)
		}
	}
	slices.Sort(s.At)
	return s, nil
}

func parseClock(text string) (Clock, error) {
	at, err := time.Parse("15:04", text)
	if err != nil || len(text) != 5 {
		return 0, fmt.Errorf("%q is no time of the day; one is 06:00", text)
	}
	return Clock(at.Hour()*60 + at.Minute()), nil
}
