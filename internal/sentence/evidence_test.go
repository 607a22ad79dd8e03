package sentence

import (
	"slices"
	"strings"
	"testing"

	"kith/internal/contact"
	"kith/internal/match"
)

// Every code that a likeness can be explained by has a phrase, and no phrase is
// for nothing.
func TestEvidenceHasPhrases(t *testing.T) {
	words := match.Vocabulary()
	for _, word := range words {
		if englishEvidence[word] == "" {
			t.Errorf("%s has no phrase", word)
		}
	}
	for word := range englishEvidence {
		if strings.Contains(word, "=") && !strings.HasPrefix(word, "method=") && !slices.Contains(words, word) {
			t.Errorf("the catalogue has a phrase for %q, which is no code", word)
		}
	}
}

// What the matcher explains becomes a sentence whose bits add up to the score.
func TestEvidenceIsASentence(t *testing.T) {
	x := match.NewIndex(match.Person, "", match.Options{}, nil)
	x.Put(&match.Record{ID: "emma", First: "Emma", Last: "Berg", Phones: []string{"+491712345678"}, Company: "Berg Bau GmbH"})
	hits := x.Lookup(match.Query{Record: &match.Record{First: "Werner", Last: "Berg", Phones: []string{"+491712345678"}, Company: "Berg Bau"}})
	if len(hits) != 1 {
		t.Fatalf("hits %+v", hits)
	}
	why := contact.Because(contact.CodeMaybe, append([]string{"crm"}, hits[0].Explain().Words()...)...)
	want := "a record in crm may be the same one: enough evidence; +19.02 bits: -4.78 another first name, +9.47 last name equal, " +
		"+16.19 same mobile number, +9.11 same firm, -10.97 to begin with; but their first names are two persons' [default-2]"
	if got := Of(why); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEvidenceForms(t *testing.T) {
	for _, c := range []struct {
		reason contact.Reason
		want   string
	}{
		{contact.Because(contact.CodeLink, "standard", "rule=same-mail"), "recognised by likeness: the same e-mail address"},
		{contact.Because(contact.CodeLink, "strict"), "recognised by strict"},
		{contact.Because(contact.CodeCertain, "crm", "standard", "rule=same-number"), "it is in crm already, by likeness: the same number"},
		{contact.Because(contact.CodeTwice, "crm", "score=3.5", "model=m-1", "last=equal:2:1.25", "group=0.25", "prior=-11", "ahead=4"),
			"it seems to be in crm twice: +3.5 bits: +2 last name equal (+1.25 for how rare that is), +0.25 by the others of the group, -11 to begin with [m-1]"},
		{contact.Because(contact.CodeMaybe, "crm", "…"), "a record in crm may be the same one"},
		{contact.Because(contact.CodeMaybe, "crm"), "a record in crm may be the same one"},
	} {
		if got := Of(c.reason); got != c.want {
			t.Errorf("%v:\n%s\nwant\n%s", c.reason, got, c.want)
		}
	}
}
