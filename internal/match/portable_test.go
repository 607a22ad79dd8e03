package match

import (
	"slices"
	"testing"
)

// Records that may be one share a key, strangers share none, and nothing but the
// record decides what its keys are.
func TestPortableKeys(t *testing.T) {
	share := func(kind Kind, a, b *Record) bool {
		other := Keys(kind, "DE", b)
		return slices.ContainsFunc(Keys(kind, "DE", a), func(k uint64) bool { return slices.Contains(other, k) })
	}
	anna := &Record{First: "Anna", Last: "Müller", Mails: []string{"anna@mueller.example"}, Phones: []string{"0171 2345678"}, Company: "Acme GmbH", Postcode: "50667"}
	for what, like := range map[string]*Record{
		"the same address":  {Last: "Schulz", Mails: []string{"Anna@Mueller.example"}},
		"the same number":   {Phones: []string{"+49 171 2345678"}},
		"spelling":          {First: "Ana", Last: "Mueller"},
		"swapped names":     {First: "Mueller", Last: "Anna"},
		"a married name":    {First: "Anna", Last: "Schulz", Company: "Acme AG"},
		"an initial":        {First: "A.", Last: "Muller", Company: "ACME"},
		"neighbours' place": {First: "A", Last: "Müller", Postcode: "50667"},
	} {
		if !share(Person, anna, like) {
			t.Errorf("%s: no common key", what)
		}
	}
	for what, other := range map[string]*Record{
		"a stranger":      {First: "Bo", Last: "Ek", Mails: []string{"bo@ek.example"}, Company: "Ek AB", Postcode: "11122"},
		"a first name":    {First: "Anna", Last: "Ek"},
		"nothing":         {},
		"a common office": {First: "Bo", Last: "Ek", Mails: []string{"info@acme.example"}},
	} {
		if share(Person, anna, other) {
			t.Errorf("%s: a common key", what)
		}
	}
	firm := &Record{Name: "Müller & Söhne GmbH", Postcode: "50667", City: "Köln", Idents: []string{"vat:DE123", "number:7"}}
	for what, like := range map[string]*Record{
		"a number": {Name: "M+S", Idents: []string{"number:7"}},
		"a name":   {Name: "Mueller und Söhne"},
	} {
		if !share(Company, firm, like) {
			t.Errorf("%s: no common key", what)
		}
	}
	if share(Company, firm, &Record{Name: "Ek", Idents: []string{"vat:7"}}) {
		t.Error("a number of another kind is a common key")
	}
}

// What is kept of records must be found by any later version.
func TestPortableKeysStayTheSame(t *testing.T) {
	got := Keys(Person, "DE", &Record{First: "Anna", Last: "Müller", Mails: []string{"anna@mueller.example"}, Phones: []string{"0171 2345678"}, Company: "Acme GmbH", Postcode: "50667"})
	want := []uint64{0xd5a42d4615772806, 0xd3097d548e4524b2, 0x7496efe445365d5f, 0x4adc068021638127, 0x771cf03b84a2b7ba, 0x42749dce03db6061}
	if !slices.Equal(got, want) {
		t.Errorf("keys %#x, want %#x", got, want)
	}
}
