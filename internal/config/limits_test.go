package config

import (
	"testing"

	"kith/internal/contact"
)

func TestBrakes(t *testing.T) {
	for text, want := range map[string]contact.Brake{
		"10 or 5%": {Count: 10, Percent: 5}, "off": {Off: true}, "3": {Count: 3}, "2.5%": {Percent: 2.5}, "0 or 0%": {}, "100%": {Percent: 100},
	} {
		if got, err := parseBrake(text); err != nil || got != want {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "on", "10 or", "10 or 5", "101%", "-1", "5% or 10", "9999999999"} {
		if got, err := parseBrake(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestPaceForms(t *testing.T) {
	for _, text := range []string{"", "100/min", "3000/5min", "4 at a time", "5/s, 1000/h", "10/sec", "1/d"} {
		if err := checkPace(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"fast", "100", "0/min", "100/minute", "4 at", "100/min,"} {
		if checkPace(text) == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
