package vcard

import (
	"bytes"
	"errors"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// checkLossless reads foreign text and asks everything of its cards. Whole
// cards must come back byte for byte; otherwise there must be an error.
func checkLossless(t *testing.T, text []byte) []*Card {
	t.Helper()
	cards, err := ParseAll(text)
	if err != nil {
		if cards != nil {
			t.Fatalf("%d cards beside the error %v", len(cards), err)
		}
		return nil
	}
	var got []byte
	for _, c := range cards {
		got = c.AppendTo(got)
		show(c)
		c.Rev()
		c.UID()
		for i := range c.Properties {
			for q := range c.Properties[i].Params.All() {
				q.Values()
			}
		}
		if c.Changed() {
			t.Fatal("reading changed the card")
		}
	}
	if !bytes.Equal(got, text) && len(bytes.Trim(text, " \t\r\n"+bom)) > 0 {
		t.Fatalf("not the same bytes:\n%q\n%q", got, text)
	}
	return cards
}

// raws are the lines of a card as written, without blank ones.
func raws(c *Card) []string {
	var out []string
	for i := range c.Properties {
		if p := &c.Properties[i]; !isBlank(p.raw) {
			out = append(out, p.raw+p.nested)
		}
	}
	return out
}

// checkEdit sets one field of one card of text and reads the result again: the
// field must show the value, every other line must have its bytes, and nothing
// else a person sees may change.
func checkEdit(t *testing.T, text []byte, name, value string) {
	t.Helper()
	cards, err := ParseAll(text)
	if err != nil || len(cards) == 0 {
		return
	}
	c := cards[0]
	before, lines := c.Fields(name), raws(c)
	lists := c.Lists()
	err = c.SetField(name, value)
	if err != nil {
		if c.Changed() {
			t.Fatalf("SetField(%q) = %v, but changed the card", name, err)
		}
		return
	}
	out := c.Bytes()
	again, err := Parse(out)
	if errors.Is(err, ErrLimit) {
		return // the card was full
	}
	if err != nil {
		t.Fatalf("after SetField(%q, %q): %v\n%q", name, value, err, out)
	}
	if !bytes.Equal(again.Bytes(), out) {
		t.Fatalf("the edited card is not stable:\n%q", out)
	}
	if again.lead != c.lead || again.tail != c.tail {
		t.Fatalf("the frame changed:\n%q", out)
	}
	a, b := lines, raws(again)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	// A removed property takes the lines that only describe it along.
	described := len(b) == 0 && len(a) > 0 && strings.Contains(a[0], ".")
	if len(b) > 1 || len(a) > 1 && !described {
		t.Fatalf("SetField(%q, %q) changed more than a line:\n%q\n%q", name, value, a, b)
	}
	after := again.Fields(name)
	want := clean(value)
	f, _ := parseField(name)
	switch {
	case isDate(f.property):
		want = normalDate(want)
	case f.property == "URL", f.property == "IMPP":
		want = strings.ReplaceAll(want, "\n", "")
	}
	for field, v := range after {
		if field == name && v != want {
			t.Fatalf("SetField(%q, %q) shows %q\n%q", name, value, v, out)
		}
		if field != name && v != before[field] {
			t.Fatalf("SetField(%q, %q) changed %s from %q to %q\n%q", name, value, field, before[field], v, out)
		}
	}
	for list, items := range again.Lists() {
		if !slices.EqualFunc(items, lists[list], func(a, b Item) bool { return a.shows(b) }) {
			t.Fatalf("SetField(%q, %q) changed list %s\n%q", name, value, list, out)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, n := range nasty {
		f.Add([]byte(n.card))
	}
	f.Add([]byte(nasty[0].card + nasty[1].card))
	f.Fuzz(func(t *testing.T, text []byte) {
		checkLossless(t, text)
	})
}

// editable are the fields the edit tests choose from.
var editable = append(slices.Clone(FieldNames), "X-ANYTHING", "ORG.3", "GEO")

func FuzzEdit(f *testing.F) {
	for i, n := range nasty {
		f.Add([]byte(n.card), byte(i), "new; value,\\ with\nÄ=")
		f.Add([]byte(n.card), byte(i+7), "")
	}
	f.Fuzz(func(t *testing.T, text []byte, field byte, value string) {
		checkEdit(t, text, editable[int(field)%len(editable)], value)
	})
}

// A thousand damaged cards: each is an error or comes back as it is, and still
// can be edited without harm to the rest.
func TestThousandMutations(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	pieces := []string{"\r\n", "\n", " ", "\t", ":", ";", "=", "=\r\n", "\"", "\\", ",", ".", "\x00", "\xff", "BEGIN:VCARD\r\n", "END:VCARD\r\n", "AGENT:\r\n", "QUOTED-PRINTABLE", "ENCODING=b", "BASE64", "VERSION:2.1\r\n", "VERSION:4.0\r\n", "item1.", "PREF", "\r\n\r\n"}
	read := 0
	for n := range 1000 {
		text := []byte(nasty[n%len(nasty)].card)
		for range 1 + rnd.Intn(4) {
			at := rnd.Intn(len(text) + 1)
			switch rnd.Intn(4) {
			case 0: // take out
				text = slices.Delete(text, at, min(len(text), at+1+rnd.Intn(12)))
			case 1: // put in
				text = slices.Insert(text, at, []byte(pieces[rnd.Intn(len(pieces))])...)
			case 2: // flip
				if at < len(text) {
					text[at] ^= 1 << rnd.Intn(8)
				}
			case 3: // double
				text = slices.Insert(text, at, text[at:min(len(text), at+rnd.Intn(40))]...)
			}
		}
		if cards := checkLossless(t, slices.Clone(text)); len(cards) > 0 {
			read++
		}
		checkEdit(t, text, editable[rnd.Intn(len(editable))], pieces[rnd.Intn(len(pieces))]+"ü")
		checkEdit(t, text, editable[rnd.Intn(len(editable))], "")
	}
	if read < 300 || read > 970 {
		t.Errorf("%d of 1000 damaged cards could be read: the mutations are too strong or too weak", read)
	}
}
