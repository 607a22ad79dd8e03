package engine

import "testing"

// What a foreign system says about a record ends up on a terminal.
func TestOneLine(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"Emma Berg", 9, "Emma Berg"},
		{" Emma\r\n\tBerg ", 9, "Emma Berg"},
		{"Em\x1b[2Jma\x00", 9, "Em[2Jma"},
		{"Hans-Peter \u202eMüller\u200b", 6, "Hans-P…"},
		{"Zoë\u202e Ärlig", 9, "Zoë Ärlig"},
	} {
		if got := oneLine(c.text, c.most); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
