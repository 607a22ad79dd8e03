package card

import (
	"testing"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// shipped are the native fields that the shipped map reads of a person.
func shipped() []string {
	var names []string
	for _, e := range Map(contact.Person) {
		names = append(names, e.Field)
	}
	return names
}

func BenchmarkParse(b *testing.B) {
	text := anna(b).Bytes()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := vcard.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	c, names := anna(b), shipped()
	for b.Loop() {
		if _, ok := Read(c, names); !ok {
			b.Fatal("a group")
		}
	}
}

func BenchmarkNew(b *testing.B) {
	r, _ := Read(anna(b), shipped())
	r.Kind = contact.Person
	for b.Loop() {
		if _, err := New(r, "u"); err != nil {
			b.Fatal(err)
		}
	}
}
