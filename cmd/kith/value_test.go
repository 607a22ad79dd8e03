package main

import "testing"

func TestForeignTextCommandsNoTerminal(t *testing.T) {
	for text, want := range map[string]string{
		"Åsa 北京 – O’Brien": "Åsa 北京 – O’Brien", "a\x1b[31mb": `a\x1b[31mb`, "two\nlines\tand more": `two\nlines\tand more`, "\u202eevil": `\u202eevil`,
	} {
		if got := onOneLine(text); got != want {
			t.Errorf("%q is shown as %s, want %s", text, got, want)
		}
	}
}

func TestValuesForPeople(t *testing.T) {
	for text, want := range map[string]string{
		"":                                `""`,
		"two\nlines":                      `"two\nlines"`,
		"data:image/jpeg;base64,/9j/4A==": "(image/jpeg, 4 bytes)",
		"data:image/png;base64,AAAA":      "(image/png, 3 bytes)",
		"data:image/png;base64,":          "(image/png, 0 bytes)",
		"data:text/plain;base64,AAAA":     `"data:text/plain;base64,AAAA"`,
		"https://acme.example/1.jpg":      `"https://acme.example/1.jpg"`,
	} {
		if got := quoted(text); got != want {
			t.Errorf("%q is shown as %s, want %s", text, got, want)
		}
	}
}
