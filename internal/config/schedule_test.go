package config

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(t *testing.T, zone *time.Location, text string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func mustSchedule(t *testing.T, text string, z *time.Location) Schedule {
	t.Helper()
	s, err := parseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	s.Zone = z
	return s
}

// The interval is counted from the start, the first run is the start (R063,
// R065), and what was missed is made up for once.
func TestR063R065IntervalFromTheStart(t *testing.T) {
	start := at(t, time.UTC, "2026-03-01 09:07")
	for _, text := range []string{"every 720m", "2 times a day", "every 12h"} {
		s := mustSchedule(t, text, nil)
		for _, c := range []struct{ last, want time.Time }{
			{time.Time{}, start},
			{start.Add(-time.Hour), start}, // by the program before this one
			{start, start.Add(12 * time.Hour)},
			{start.Add(11 * time.Hour), start.Add(12 * time.Hour)},
			{start.Add(12 * time.Hour), start.Add(24 * time.Hour)},
			{start.Add(13 * time.Hour), start.Add(24 * time.Hour)},
		} {
			if got := s.Next(start, c.last, start.Add(100*time.Hour)); !got.Equal(c.want) {
				t.Errorf("%s after %v: %v, want %v", text, c.last, got, c.want)
			}
		}
	}
	s := mustSchedule(t, "every 12h", nil)
	if got := s.Next(start, start.Add(50*time.Hour), start.Add(time.Hour)); !got.Equal(start.Add(12 * time.Hour)) {
		t.Errorf("after the clock was set back by days: %v", got)
	}
	if got := mustSchedule(t, "by hand", nil).Next(start, time.Time{}, start); !got.IsZero() {
		t.Errorf("by hand: %v", got)
	}
}

// R064: so short an interval is allowed, and said.
func TestR064ShortIntervalWarns(t *testing.T) {
	file := load(t, "sync: every 10s\nleading: a\nsystems: {a: {connector: memory}, b: {connector: memory, sync: every 1h}}\nperson: {a: both, b: both}\n")
	want := "1:7: a is read every 10s; a visit may take half a minute, and so often is work for both sides."
	if len(file.Warnings) != 1 || file.Warnings[0].String() != want {
		t.Errorf("warnings %v", file.Warnings)
	}
}

func TestTimesOfTheDay(t *testing.T) {
	stockholm := zone(t, "Europe/Stockholm")
	s := mustSchedule(t, "at 18:00 06:00", stockholm)
	start := at(t, stockholm, "2026-03-01 09:00")
	for _, c := range []struct{ name, last, want string }{
		{"never done: the next one, not at once", "", "2026-03-01 18:00"},
		{"done just now", "2026-03-01 18:00", "2026-03-02 06:00"},
		{"missed this morning: at once", "2026-02-28 18:00", "2026-03-01 06:00"},
		{"missed for weeks: once", "2026-01-01 06:00", "2026-01-01 18:00"},
	} {
		var last time.Time
		if c.last != "" {
			last = at(t, stockholm, c.last)
		}
		if got := s.Next(start, last, start.Add(240*time.Hour)); !got.Equal(at(t, stockholm, c.want)) {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// 02:30 does not exist on 29 March 2026 and comes twice on 25 October.
func TestTimesOfTheDayAtTheChangeOfTheClock(t *testing.T) {
	stockholm := zone(t, "Europe/Stockholm")
	s := mustSchedule(t, "at 02:30", stockholm)
	for _, c := range []struct{ from, to string }{{"2026-03-27 12:00", "2026-04-01 12:00"}, {"2026-10-23 12:00", "2026-10-28 12:00"}} {
		end := at(t, stockholm, c.to)
		days := map[string]int{}
		for last := at(t, stockholm, c.from); ; {
			next := s.Next(last, last, end)
			if next.After(end) {
				break
			}
			days[next.In(stockholm).Format(time.DateOnly)]++
			last = next
		}
		if len(days) != 5 {
			t.Errorf("days %v", days)
		}
		for day, n := range days {
			if n != 1 {
				t.Errorf("%d times on %s", n, day)
			}
		}
	}
}

func TestScheduleProperties(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "Europe/Stockholm"), zone(t, "America/St_Johns"), zone(t, "Australia/Lord_Howe"), zone(t, "Pacific/Apia")}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"every 15m", "every 7h", "3 times a day", "at 00:00", "at 02:30 14:00", "at 23:59"}).Draw(t, "schedule")
		s, err := parseSchedule(text)
		if err != nil {
			t.Fatal(err)
		}
		s.Zone = rapid.SampledFrom(zones).Draw(t, "zone")
		moment := func(name string) time.Time {
			return time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, name), 0)
		}
		start, last := moment("start"), moment("last")
		next := s.Next(start, last, last)
		if !next.After(last) && !next.Equal(start) {
			t.Fatalf("%s: next %v is not after %v", text, next, last)
		}
		if longest := max(s.Interval(), 24*time.Hour) + 25*time.Hour; !last.Before(start) && next.Sub(last) > longest {
			t.Fatalf("%s: next %v is too long after %v", text, next, last)
		}
		if after := s.Next(start, next, next); !after.After(next) {
			t.Fatalf("%s: done at %v and again at %v", text, next, after)
		}
	})
}

func TestScheduleText(t *testing.T) {
	for text, want := range map[string]string{
		"every 15m": "every 15m", "every 90m": "every 1h30m", "every 720m": "every 12h", "2 times a day": "every 12h", "at 18:00 06:00": "at 06:00 18:00",
		"at 06:00, 18:00": "at 06:00 18:00", "by hand": "by hand", "every 10d": "every 10d", "every 2w": "every 2w",
	} {
		s := mustSchedule(t, text, nil)
		if s.String() != want {
			t.Errorf("%q is %q, want %q", text, s, want)
		}
		if again := mustSchedule(t, s.String(), nil); again.String() != want {
			t.Errorf("%q read again is %q", s, again)
		}
	}
	for _, text := range []string{"", "every", "every 0m", "every -5m", "0 times a day", "2000 times a day", "x times a day", "at", "at 6:00", "at 24:00", "hand", "every 99999999999999999999h", "at 06:00 by hand"} {
		if s, err := parseSchedule(text); err == nil {
			t.Errorf("%q is read as %v", text, s)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"90s": 90 * time.Second, "15m": 15 * time.Minute, "1h30m": 90 * time.Minute, "7d": 168 * time.Hour, "2w": 336 * time.Hour} {
		if got, err := parseDuration(text); err != nil || got != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "m", "5x", "-5m", "5 m", "1.5h", "0s", "100000w", "5m5"} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
