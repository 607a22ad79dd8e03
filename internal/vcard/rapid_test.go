package vcard

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// genText makes texts of the kind that hurt: separators, escapes, line ends,
// letters of two to four bytes, long ones for folding.
func genText() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{"a", "Ek", "ä", "漢", "😀", " ", ",", ";", ":", "\\", "\\n", "\n", "\"", "=", "=3D", "^", "END:VCARD", "BEGIN:VCARD", "\t", strings.Repeat("lång ", 15)})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "pieces"), "")
	})
}

// genCard writes a card of any version, folded anywhere, with lines of all
// sorts.
func genCard() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		version := rapid.SampledFrom([]Version{V21, V30, V40}).Draw(t, "version")
		eol := rapid.SampledFrom([]string{"\r\n", "\n"}).Draw(t, "eol")
		line := rapid.Custom(func(t *rapid.T) string {
			p := Property{Name: rapid.SampledFrom([]string{"FN", "N", "NOTE", "TITLE", "ORG", "TEL", "tel", "EMAIL", "ADR", "CATEGORIES", "URL", "X-Foo", "X-ABLabel", "BDAY"}).Draw(t, "name")}
			p.Group = rapid.SampledFrom([]string{"", "", "item1", "ITEM1", "a"}).Draw(t, "group")
			p.Params = Params(rapid.SampledFrom([]string{"", ";TYPE=work", ";type=CELL;type=pref", ";HOME;VOICE", `;X-P="a;b:c"`, ";CHARSET=UTF-8", ";TYPE=FAX", ";PREF=1"}).Draw(t, "params"))
			values := rapid.SliceOfN(genText(), 1, 4).Draw(t, "values")
			switch p.Name {
			case "N", "ADR", "ORG":
				p.SetComponents(version, values)
			case "CATEGORIES":
				p.SetList(version, values)
			default:
				p.SetText(version, values[0])
			}
			c := &Card{version: version, eol: eol}
			text := string(c.appendProperty(nil, &p))
			if p.Params.encoding() == encNone && version != V21 && rapid.Bool().Draw(t, "refold") {
				at := rapid.IntRange(1, len(text)-len(eol)).Draw(t, "fold")
				text = text[:at] + eol + "\t" + text[at:]
			}
			return text
		})
		body := strings.Join(rapid.SliceOfN(line, 0, 12).Draw(t, "lines"), "")
		junk := rapid.SampledFrom([]string{"", eol, "junk" + eol}).Draw(t, "junk")
		return "BEGIN:VCARD" + eol + "VERSION:" + string(version) + eol + body + junk + "END:VCARD" + eol
	})
}

// A card comes back as it was; what was encoded decodes to itself.
func TestRoundTripOfAnyCard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := genCard().Draw(t, "card")
		c, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(c.Bytes()); got != text {
			t.Fatalf("not the same bytes:\n%q\n%q", got, text)
		}
	})
}

func TestValuesDecodeToThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.SampledFrom([]Version{V21, V30, V40}).Draw(t, "version")
		values := rapid.SliceOfN(genText(), 1, 5).Draw(t, "values")
		c := &Card{version: version, lead: "BEGIN:VCARD\r\nVERSION:" + string(version) + "\r\n", tail: "END:VCARD\r\n", eol: "\r\n"}
		c.Properties = make([]Property, 3)
		for i := range c.Properties {
			c.Properties[i].Name = "X-A"
		}
		c.Properties[0].SetText(version, values[0])
		c.Properties[1].SetComponents(version, values)
		c.Properties[2].SetList(version, values)
		again, err := Parse(c.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		p := again.Properties[1:] // behind VERSION
		if p[0].Text() != values[0] || !slices.Equal(p[1].Components(), values) || !slices.Equal(p[2].List(), values) {
			t.Fatalf("%q became\n%q\n%q\n%q", values, p[0].Text(), p[1].Components(), p[2].List())
		}
		for line := range strings.SplitSeq(string(c.Bytes()), "\r\n") {
			if len(line) > foldAt+1 && (version != V21 || strings.Contains(string(c.Bytes()), "QUOTED")) {
				t.Fatalf("a line of %d bytes: %q", len(line), line)
			}
		}
	})
}

// Any run of edits on any card: after each, the card read again shows what was
// asked for and nothing else has changed.
func TestEditsAsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := Parse([]byte(genCard().Draw(t, "card")))
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 6).Draw(t, "edits") {
			c = editOnce(t, c)
		}
	})
}

func editOnce(t *rapid.T, c *Card) *Card {
	fields, lists := c.Fields(), c.Lists()
	list := rapid.SampledFrom(ListNames).Draw(t, "list")
	have := lists[list]
	op := rapid.SampledFrom([]string{"field", "add", "replace", "remove", "set"}).Draw(t, "op")
	if len(have) == 0 && (op == "replace" || op == "remove") {
		op = "add"
	}
	var err error
	switch op {
	case "field":
		name := rapid.SampledFrom([]string{"FN", "N.given", "N.suffix", "ORG.1", "ORG.2", "NOTE", "TITLE", "X-FOO", "NICKNAME"}).Draw(t, "field")
		value := rapid.OneOf(rapid.Just(""), genText()).Draw(t, "value")
		err = c.SetField(name, value)
		fields[name] = value
	case "add":
		it := genItem(list).Draw(t, "item")
		err = c.AddItem(list, it)
		lists[list] = append(unpreferIf(it.Preferred, have), it)
	case "replace":
		i := rapid.IntRange(0, len(have)-1).Draw(t, "which")
		it := genItem(list).Draw(t, "item")
		err = c.ReplaceItem(list, have[i], it)
		it.Custom = have[i].Custom
		next := unpreferIf(it.Preferred, have)
		next[i] = it
		lists[list] = next
	case "remove":
		i := rapid.IntRange(0, len(have)-1).Draw(t, "which")
		err = c.RemoveItem(list, have[i])
		lists[list] = slices.Delete(slices.Clone(have), i, i+1)
		if have[i].Preferred { // the next in rank takes its place
			lists[list] = unpreferIf(true, c.List(list))
			for j, it := range c.List(list) {
				lists[list][j].Preferred = it.Preferred
			}
		}
	case "set":
		wanted := rapid.SliceOfN(genItem(list), 0, 4).Draw(t, "wanted")
		seen := false
		for i := range wanted {
			wanted[i].Preferred = wanted[i].Preferred && !seen
			seen = seen || wanted[i].Preferred
		}
		err = c.SetList(list, wanted)
		lists[list] = wanted
	}
	if err != nil {
		t.Fatalf("%s: %v", op, err)
	}
	again, err := Parse(c.Bytes())
	if err != nil {
		t.Fatalf("%s: %v\n%s", op, err, c.Bytes())
	}
	for name, value := range again.Fields() {
		if value != fields[name] {
			t.Fatalf("%s: %s shows %q, want %q\n%s", op, name, value, fields[name], c.Bytes())
		}
	}
	for name, items := range again.Lists() {
		if got, want := bag(items), bag(lists[name]); !slices.Equal(got, want) {
			t.Fatalf("%s %s: list %s shows\n%q, want\n%q\n%s", op, list, name, got, want, c.Bytes())
		}
	}
	return again
}

func unpreferIf(yes bool, items []Item) []Item {
	items = slices.Clone(items)
	for i := range items {
		items[i].Preferred = items[i].Preferred && !yes
	}
	return items
}

// bag is a list without order; a user's own labels are not part of what is
// asked for.
func bag(items []Item) []string {
	var out []string
	for _, it := range items {
		pref := ""
		if it.Preferred {
			pref = "*"
		}
		out = append(out, it.Label+pref+" "+it.Value+strings.Join(it.Parts, "|"))
	}
	slices.Sort(out)
	return out
}

func genItem(list string) *rapid.Generator[Item] {
	return rapid.Custom(func(t *rapid.T) Item {
		it := Item{Label: rapid.SampledFrom(labels[list]).Draw(t, "label"), Value: "v" + genText().Draw(t, "value")}
		switch list {
		case ListCategories:
			it.Value = strings.TrimSpace(it.Value)
			return it
		case ListAddress:
			it.Value = ""
			it.Parts = append(rapid.SliceOfN(genText(), 6, 6).Draw(t, "parts"), "x")
		}
		it.Preferred = rapid.Bool().Draw(t, "preferred")
		return it
	})
}
