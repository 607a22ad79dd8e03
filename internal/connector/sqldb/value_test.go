package sqldb

import (
	"database/sql"
	"testing"
	"time"
)

func raw(text string) sql.NullString { return sql.NullString{String: text, Valid: true} }

func TestShow(t *testing.T) {
	for _, tc := range []struct {
		column
		raw  sql.NullString
		want string
	}{
		{column{form: formText}, sql.NullString{}, ""},
		{column{form: formText}, raw("Ann  "), "Ann  "},
		{column{form: formText, fixed: true}, raw(" Ann  "), " Ann"},
		{column{form: formBool}, raw("t"), "true"},
		{column{form: formBool}, raw("0"), "false"},
		{column{form: formBool}, raw("2"), "2"},
		{column{form: formDate}, raw("1980-05-17 00:00:00"), "1980-05-17"},
		{column{form: formDate}, raw("0000-00-00"), ""},
		{column{form: formDate}, raw("in May"), "in May"},
		{column{form: formStamp}, raw("2026-01-02 03:04:05.120000"), "2026-01-02T03:04:05.12"},
		{column{form: formStamp}, raw("0000-00-00 00:00:00"), ""},
		{column{form: formInstant}, raw("2026-01-02 03:04:05+00"), "2026-01-02T03:04:05Z"},
		{column{form: formInstant}, raw("2026-01-02 03:04:05.1234567 +02:00"), "2026-01-02T01:04:05.1234567Z"},
		{column{form: formInstant}, raw("infinity"), "infinity"},
		{column{form: formBytes}, raw("00FF10"), "AP8Q"},
		{column{form: formUUID}, raw("6F1C0F5E-0000-5000-8000-000000000001"), "6f1c0f5e-0000-5000-8000-000000000001"},
		{column{form: formDecimal}, raw("1.50"), "1.50"},
	} {
		if got := tc.show(tc.raw); got != tc.want {
			t.Errorf("form %d shows %q as %q, want %q", tc.form, tc.raw.String, got, tc.want)
		}
	}
}

func TestTake(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	const no = "\x00" // not taken
	for _, tc := range []struct {
		column
		text, want string
	}{
		{column{form: formText}, "Ann", "Ann"},
		{column{form: formText}, "a\x00b", no},
		{column{form: formText}, "\xff", no},
		{column{form: formInteger, bits: 16}, "32767", "32767"},
		{column{form: formInteger, bits: 16}, "32768", no},
		{column{form: formInteger, bits: 16}, "-32768", "-32768"},
		{column{form: formInteger, bits: 16}, "-32769", no},
		{column{form: formInteger, bits: 8, unsigned: true}, "255", "255"},
		{column{form: formInteger, bits: 8, unsigned: true}, "-1", no},
		{column{form: formInteger, bits: 8, unsigned: true}, "256", no},
		{column{form: formInteger, bits: 8}, "true", "1"},
		{column{form: formInteger}, "12a", no},
		{column{form: formInteger}, "1; drop table x", no},
		{column{form: formDecimal}, "-1.50", "-1.50"},
		{column{form: formDecimal}, "1,5", no},
		{column{form: formDecimal}, "NaN", no},
		{column{form: formDecimal}, "0x10", no},
		{column{form: formFloat}, "1e3", "1e3"},
		{column{form: formBool}, "yes", "1"},
		{column{form: formBool}, "False", "0"},
		{column{form: formBool}, "perhaps", no},
		{column{form: formDate}, "1980-05-17", "1980-05-17"},
		{column{form: formDate}, "1980-05-17T12:00:00", "1980-05-17"},
		{column{form: formDate}, "1980-02-30", no},
		{column{form: formDate}, "--05-17", no},
		{column{form: formTime}, "23:59", "23:59"},
		{column{form: formTime}, "24:01", no},
		{column{form: formStamp, digits: 6}, "2026-07-01T12:00:00.1234567Z", "2026-07-01 14:00:00.123456"},
		{column{form: formStamp}, "2026-07-01 12:00:00.9", "2026-07-01 12:00:00"},
		{column{form: formInstant, digits: 3}, "2026-07-01T12:00:00.5", "2026-07-01 10:00:00.5"},
		{column{form: formBytes}, "AP8Q", "00ff10"},
		{column{form: formBytes}, "no base64!", no},
		{column{form: formUUID}, "6f1c0f5e-0000-5000-8000-000000000001", "6f1c0f5e-0000-5000-8000-000000000001"},
		{column{form: formUUID}, "6f1c0f5e", no},
	} {
		got, ok := tc.take(tc.text, zone)
		if !ok {
			got = no
		}
		if got != tc.want {
			t.Errorf("form %d takes %q as %q, want %q", tc.form, tc.text, got, tc.want)
		}
	}
}

// The lower bound of a watermark has to find every stamp written since, also
// those of the hour that comes twice.
func TestLowAcrossClockChanges(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	l := &layout{zone: zone, changed: &column{form: formStamp}}
	start := time.Date(2026, 10, 24, 20, 0, 0, 0, time.UTC)
	for since := start; since.Before(start.Add(12 * time.Hour)); since = since.Add(7 * time.Minute) {
		for now := since; now.Before(since.Add(4 * time.Hour)); now = now.Add(13 * time.Minute) {
			low := l.low(since, now)
			for at := since; !at.After(now); at = at.Add(13 * time.Minute) {
				if stamp := at.In(zone).Format(stampSQL); stamp < low {
					t.Fatalf("since %v, now %v: a change at %v is stamped %s and missed by %s", since, now, at, stamp, low)
				}
			}
		}
	}
	if got := l.low(start, start); got != "2026-10-24 21:58:00" {
		t.Errorf("low %s reaches back too far or not far enough", got)
	}
	l.changed.form = formInstant
	if got := l.low(start, start.Add(time.Hour)); got != "2026-10-24 19:58:00" {
		t.Errorf("low of an instant is %s", got)
	}
	l.changed.form = formDate
	if got := l.low(start, start.Add(time.Hour)); got != "2026-10-24" {
		t.Errorf("low of a date is %s", got)
	}
}

func FuzzStampRoundTrip(f *testing.F) {
	f.Add("2026-01-02 03:04:05.123456+02")
	f.Add("2026-01-02T03:04:05Z")
	f.Add("0000-00-00")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range []column{{form: formDate}, {form: formStamp, digits: 6}, {form: formInstant, digits: 6}} {
			taken, ok := c.take(text, time.UTC)
			if !ok {
				continue
			}
			shown := c.show(raw(taken))
			again, ok := c.take(shown, time.UTC)
			if !ok || again != taken {
				t.Errorf("%q is taken as %q, shown as %q, taken again as %q (%t)", text, taken, shown, again, ok)
			}
		}
	})
}

func FuzzParseCursor(f *testing.F) {
	f.Add("")
	f.Add(cursor{Of: "x"}.String())
	f.Add(cursor{Round: &round{Phase: phaseMoved, After: &mark{ID: "1"}}}.String())
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := parseCursor(text)
		if !ok {
			return
		}
		if again, ok := parseCursor(c.String()); !ok || again.String() != c.String() {
			t.Errorf("cursor %q does not survive", text)
		}
	})
}
