package plan

import (
	"maps"
	"math/rand/v2"
	"testing"

	"kith/internal/contact"
)

// TestWhatIsShownToTheLetterIsNotPending: where a place shows what it should, the
// values need not be read to know that nothing is pending; and reading them never
// says otherwise.
func TestWhatIsShownToTheLetterIsNotPending(t *testing.T) {
	book, err := NewBook([]contact.Policy{{
		Place: "home", System: "home", Kind: contact.Person, Lists: true, Gives: &contact.Gives{}, Takes: &contact.Takes{},
		Map: []contact.MapEntry{
			{Slot: "name.given", Field: "given"}, {Slot: "name.family", Field: "family"}, {Slot: "name.full", Field: "full"},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	row := book.Row("home", contact.Person)
	values := map[string][]string{
		"given": {"Anna", "Anne"}, "family": {"Berg"}, "full": {"Anna Berg", "Berg, Anna", "Dr Berg", ""},
		"phone.work": {"06 12 34 56 78", "+33612345678"}, "address.work.country": {"France", ""},
	}
	random := rand.New(rand.NewPCG(1, 2))
	some := func() contact.Fields {
		fields := contact.Fields{}
		for _, native := range []string{"given", "family", "full", "phone.work", "address.work.country"} {
			if texts := values[native]; random.IntN(4) > 0 {
				fields[native] = texts[random.IntN(len(texts))]
			}
		}
		return fields
	}
	same := 0
	for range 20000 {
		seen, want := some(), some()
		link := contact.Link{Place: "home", Kind: contact.Person, Seen: contact.Memo(seen)}
		got, watched := row.pending(wanted{fields: want}, link, nil)
		read, watchedRead := row.pendingBySlots(wanted{fields: want}, link, nil)
		if !maps.Equal(got, read) || watched != watchedRead {
			t.Fatalf("%v shown, %v wanted: %v pending, read slot by slot %v", seen, want, got, read)
		}
		if maps.Equal(seen, want) {
			same++
		}
	}
	if same == 0 {
		t.Error("no two were the same")
	}
}
