package conntest

import (
	"fmt"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
)

var valueChecks = []check{
	{"values survive both ways", valuesSurvive},
	{"limits are declared and kept", limitsAreKept},
	{"fields the system makes", fieldsTheSystemMakes},
	{"unknown fields are refused", unknownField},
	{"key is found, and only the key", keyIsFound},
}

// Awkward are values that have broken somebody's door: names as people have
// them, and text that some system takes for an instruction.
var Awkward = []string{
	"Björn Åkesson", "François Lefèvre", "Jürgen Großmann", "Łukasz Żółć", "O'Brien", "D’Angelo",
	"\u00e9 composed", "e\u0301 decomposed", "日本語の名前", "שלום עולם", "مرحبا", "👩‍💻🇸🇪", "𝒜𐍈 four bytes",
	`double "quotes"`, `"`, `""`, "'", `back\slash`, "semi;colon", "comma,comma", "pipe|pipe", "tab\ttab",
	"two\nlines", "a\n\nb", `") or 1=1 --`, `'; drop table person; --`, "%", "100%_", "*", "(&(uid=*))",
	"=1+1", "+46701234567", "-1", "@sum", "<b>&amp;</b>", "{{7*7}}", "${x}", "null", "NULL", "0", "false", "007",
	"a b", "#", "?", "%20", "\u200bzero width", "\u00a0no break", "ﬀ ligature", "İstanbul",
	strings.Repeat("long ", 40) + "end",
}

// valuesSurvive writes each value through the door and as a user, and reads it
// back unharmed.
func valuesSurvive(s *subject) {
	field := s.Texts[1]
	for i, value := range Awkward {
		name := fmt.Sprint("value ", i)
		if s.holds(field, value) {
			id := s.native(name, value)
			if got := s.get(id).Fields[field]; got != s.stores(field, value) {
				s.Errorf("%s: a user's %q reads as %q", name, value, got)
			}
		}
		if s.can.ReadOnly {
			continue
		}
		r := contact.Record{Kind: s.Kind, Values: s.values(name, value, "beside")}
		answer, err := s.conn.Put(s.Context(), r)
		if !s.holds(field, value) {
			s.wants(fmt.Sprintf("put of %q, which the system cannot hold", value), err, contact.Refused)
			continue
		}
		if err != nil {
			s.Errorf("%s: put of %q: %v", name, value, err)
			continue
		}
		if got := answer.Fields[field]; got != s.stores(field, value) {
			s.Errorf("%s: %q was answered with %q", name, value, got)
		}
		s.same(name, s.get(answer.ID), answer)
		if native, err := s.User.Get(s.Kind, answer.ID); err != nil || native.Fields[field] != s.stores(field, value) {
			s.Errorf("%s: a user sees %q for %q, %v", name, native.Fields[field], value, err)
		}
	}
	for _, r := range s.pull(s.conn, "").records {
		s.same("pulled", r, s.get(r.ID))
	}
}

// field returns the first field of the description that fits.
func (s *subject) field(fits func(connector.Field) bool) (connector.Field, bool) {
	s.Helper()
	shape, err := s.conn.Describe(s.Context(), s.Kind)
	if err != nil {
		s.Fatal(err)
	}
	for _, f := range shape.Fields {
		if fits(f) {
			return f, true
		}
	}
	return connector.Field{}, false
}

func limitsAreKept(s *subject) {
	s.writable()
	f, ok := s.field(func(f connector.Field) bool { return f.Max > 0 && !f.ReadOnly })
	if !ok {
		s.unable("no field has a limit")
	}
	fits := s.values("Ann")
	fits.Fields[f.Name] = strings.Repeat("ö", f.Max)
	a := s.put(contact.Record{Values: fits})
	long := contact.Values{Fields: contact.Fields{f.Name: strings.Repeat("ö", f.Max+1)}}
	_, err := s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, ID: a.ID, Version: a.Version, Values: long})
	s.wants("a value one character too long", err, contact.Refused)
	s.same("after the refusal", s.get(a.ID), a)
}

func fieldsTheSystemMakes(s *subject) {
	s.writable()
	f, ok := s.field(func(f connector.Field) bool { return f.ReadOnly })
	if !ok {
		s.unable("no field is made by the system")
	}
	set := s.values("Ann")
	set.Fields[f.Name] = "1"
	_, err := s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, Values: set})
	s.wants("writing "+f.Name, err, contact.Refused)
}

func unknownField(s *subject) {
	s.writable()
	a := s.create("Ann")
	for _, name := range []string{"no such field", `x" or "1`, "x'; --"} {
		set := contact.Values{Fields: contact.Fields{name: "value"}}
		_, err := s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, ID: a.ID, Version: a.Version, Values: set})
		s.wants("writing a field that is not there", err, contact.Refused, contact.Setup)
	}
	s.same("after the refusal", s.get(a.ID), a)
}

// keyIsFound looks for a key among look-alikes and text that some query
// language takes for an instruction.
func keyIsFound(s *subject) {
	finder, ok := s.conn.(connector.Finder)
	if !ok {
		s.unable("no Finder")
	}
	field := s.Texts[0]
	ids := map[string]string{}
	for _, value := range []string{"O'Brien", `") or 1=1`, "%", "_", "*", "a", "A", "ä", "a%", "100", "0100"} {
		if s.holds(field, value) {
			ids[value] = s.native(value, "Acme")
		}
	}
	for _, value := range []string{"O'Brien", `") or 1=1`, "%", "_", "*", "a", "A", "ä", "100", "nobody", "' or '1'='1"} {
		found, err := finder.Find(s.Context(), s.Kind, "", contact.Fields{field: value})
		if err != nil {
			s.Errorf("find %q: %v", value, err)
			continue
		}
		want, exists := ids[value]
		switch {
		case !exists && len(found) != 0, exists && len(found) != 1, exists && found[0].ID != want:
			s.Errorf("find %q: %d records, want %q", value, len(found), want)
		case exists:
			s.same("found", found[0], s.get(want))
		}
	}
	found, err := finder.Find(s.Context(), s.Kind, "", contact.Fields{field: "a", s.Texts[1]: "other"})
	if err != nil || len(found) != 0 {
		s.Errorf("a key of two fields, one of which does not fit, finds %d records, %v", len(found), err)
	}
}
