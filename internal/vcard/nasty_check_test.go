package vcard

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// show puts what a person reads from a card into one line.
func show(c *Card) string {
	var out []string
	for name, value := range c.Fields() {
		if value != "" && name != "X-SYNC-ID" {
			out = append(out, name+"="+value)
		}
	}
	slices.Sort(out)
	for _, list := range ListNames {
		for _, it := range c.List(list) {
			s := list
			if it.Label != "" {
				s += " " + it.Label
			}
			if it.Preferred {
				s += "*"
			}
			if it.Parts == nil {
				s += fmt.Sprintf(" %q", it.Value)
			} else {
				s += " "
				for _, part := range it.Parts {
					if part == "" {
						part = " "
					}
					s += "[" + part + "]"
				}
			}
			if it.Custom != "" {
				s += " (" + it.Custom + ")"
			}
			out = append(out, s)
		}
	}
	switch photo, ok, err := c.Photo(); {
	case err != nil:
		out = append(out, "PHOTO damaged")
	case ok && photo.URI != "":
		out = append(out, "PHOTO "+photo.URI)
	case ok:
		out = append(out, fmt.Sprintf("PHOTO %s %d", photo.MediaType, len(photo.Data)))
	}
	switch c.Kind() {
	case Company:
		out = append(out, "company")
	case Group:
		out = append(out, "group")
	}
	return strings.ReplaceAll(strings.Join(out, "|"), "\n", "⏎")
}

func mustParse(t testing.TB, text string) *Card {
	t.Helper()
	c, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, text)
	}
	return c
}

func TestNastyCards(t *testing.T) {
	for _, n := range nasty {
		t.Run(n.name, func(t *testing.T) {
			c := mustParse(t, n.card)
			if got := string(c.Bytes()); got != n.card {
				t.Errorf("not the same bytes:\n%q\n%q", got, n.card)
			}
			if c.Changed() {
				t.Error("Changed without an edit")
			}
			if got := show(c); got != n.want {
				t.Errorf("got  %s\nwant %s", got, n.want)
			}
		})
	}
}

func TestRewrittenByServers(t *testing.T) {
	for _, r := range rewritten {
		t.Run(r.name, func(t *testing.T) {
			put, got := show(mustParse(t, r.put)), show(mustParse(t, r.got))
			if put != got {
				t.Errorf("put %s\ngot %s", put, got)
			}
		})
	}
}

// Radicale 3.1.8 cuts a 4.0 photo at the comma. That must not pass for "no
// photo", which would remove it elsewhere, nor for a picture.
func TestPhotoCutByServer(t *testing.T) {
	c := mustParse(t, crlf("BEGIN:VCARD", "VERSION:4.0", "FN:X", `PHOTO:data:image/jpeg\;base64`, "END:VCARD"))
	if _, ok, err := c.Photo(); ok || !errors.Is(err, ErrTruncated) {
		t.Errorf("Photo = %v, %v", ok, err)
	}
}

// Every prefix of a stream is an error or whole cards, byte for byte.
func TestPrefixesLoseNothing(t *testing.T) {
	for _, n := range nasty {
		text := n.card + "\r\n" + crlf("BEGIN:VCARD", "VERSION:3.0", "N:Z;;;;", "FN:Z", "END:VCARD")
		for i := range text {
			cards, err := ParseAll([]byte(text[:i]))
			if err != nil {
				if len(cards) != 0 {
					t.Fatalf("%s: %d cards beside an error", n.name, len(cards))
				}
				continue
			}
			var got []byte
			for _, c := range cards {
				got = c.AppendTo(got)
			}
			if string(got) != text[:i] && strings.Trim(text[:i], "\r\n \t"+bom) != "" {
				t.Fatalf("%s: the first %d bytes came back as %q", n.name, i, got)
			}
			if i >= len(n.card) && len(cards) == 0 {
				t.Fatalf("%s: no card in the first %d bytes", n.name, i)
			}
		}
	}
}
