package file

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kith/internal/contact"
)

func newBookFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "contacts.vcf")
	writeOld(t, path, text)
	return path
}

// What a change does not touch stays byte for byte: other cards, what stands
// between them, line ends, byte order marks.
func TestABookKeepsWhatItDoesNotKnow(t *testing.T) {
	ann := "\xef\xbb\xbfBEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ann\r\nX-OTHER:kept\r\nEND:VCARD\r\n\r\n"
	bob := "begin:vcard\nversion:4.0\nUID:urn:uuid:2\nFN:Bob\nend:vcard"
	path := newBookFile(t, ann+bob)
	o := openTeam(t, path)
	o.shows("whole", contact.Person, "", map[string]string{"1": "Ann", "urn:uuid:2": "Bob"})
	if _, err := o.put("1", contact.Fields{"FN": "Anna"}); err != nil {
		t.Fatal(err)
	}
	ann = strings.Replace(ann, "FN:Ann", "FN:Anna", 1)
	if got := content(t, path); got != ann+bob {
		t.Errorf("%q", got)
	}
	r, err := o.Put(t.Context(), contact.Record{Kind: contact.Person, UID: "new", Values: contact.Values{Fields: contact.Fields{"FN": "New"}}})
	if err != nil || r.ID != "new" || r.UID != "new" {
		t.Fatal(r, err)
	}
	fresh := "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:new\r\nFN:New\r\nN:;;;;\r\nEND:VCARD\r\n"
	if got := content(t, path); got != ann+bob+"\r\n"+fresh {
		t.Errorf("%q", got)
	}
	if err := o.Remove(t.Context(), contact.Person, "1", ""); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); got != bob+"\r\n"+fresh {
		t.Errorf("%q", got)
	}
	again, err := o.Put(t.Context(), contact.Record{Kind: contact.Person, UID: "NEW", Values: contact.Values{Fields: contact.Fields{"FN": "Same UID"}}})
	if err != nil || strings.EqualFold(again.UID, "new") {
		t.Errorf("a UID is given twice: %q, %v", again.UID, err)
	}
}

// Removing the last card leaves a book that can be gone on with.
func TestAnEmptiedBookIsABook(t *testing.T) {
	path := newBookFile(t, vcf("UID:1", "FN:Ann"))
	o := openTeam(t, path)
	if err := o.Remove(t.Context(), contact.Person, "1", ""); err != nil {
		t.Fatal(err)
	}
	o.shows("empty", contact.Person, "", map[string]string{})
	if _, err := o.put("", contact.Fields{"FN": "Bob"}); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := o.Pull(t.Context(), contact.Person, "")
	isClass(t, "a file that somebody has just emptied", err, contact.Unreachable)
	age(t, path)
	o.shows("it stays empty", contact.Person, "", map[string]string{})
}

// A card without UID is called by its name, and keeps what it is called when
// its name changes.
func TestCardsWithoutUID(t *testing.T) {
	path := newBookFile(t, vcf("FN:Ann", "NOTE:1")+vcf("FN:Bob")+vcf("FN:Ann", "NOTE:2"))
	o := openTeam(t, path)
	shown, _ := o.shown(contact.Person, "")
	ids := map[string][]string{}
	for id, name := range shown {
		ids[name] = append(ids[name], id)
	}
	if len(ids["Ann"]) != 2 || len(ids["Bob"]) != 1 {
		t.Fatal(shown)
	}
	id := ids["Bob"][0]
	if _, err := o.put(id, contact.Fields{"NOTE": "edited"}); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); strings.Contains(got, "UID") {
		t.Errorf("a UID nobody asked for: %q", got)
	}
	r, err := o.put(id, contact.Fields{"FN": "Robert"})
	if err != nil || r.ID != id {
		t.Fatalf("%q became %q, %v", id, r.ID, err)
	}
	got, err := openTeam(t, path).Get(t.Context(), contact.Person, id)
	if err != nil || got.Fields["FN"] != "Robert" || got.Fields["NOTE"] != "edited" {
		t.Errorf("%+v, %v", got, err)
	}
}

// One card that is not sound, and nothing of the file is believed; the line is
// named and nothing that stands in it.
func TestABookThatIsNotSound(t *testing.T) {
	for what, c := range map[string]struct{ text, line string }{
		"cut off":            {vcf("UID:1", "FN:Ann") + "BEGIN:VCARD\r\nFN:Bo", "line 6"},
		"twice the same UID": {vcf("UID:1", "FN:Ann") + vcf("UID:1", "FN:Secret"), "line 6"},
		"no card":            {vcf("UID:1", "FN:Ann") + "Secret", "line 6"},
		"UTF-16":             {"\xff\xfeB\x00E\x00", "line 1"},
	} {
		o := openTeam(t, newBookFile(t, c.text))
		_, err := o.Pull(t.Context(), contact.Person, "")
		isClass(t, what, err, contact.Malformed)
		if err != nil && (!strings.Contains(err.Error(), c.line) || strings.Contains(err.Error(), "Secret")) {
			t.Errorf("%s: %v", what, err)
		}
		_, err = o.put("", contact.Fields{"FN": "New"})
		isClass(t, what+", put", err, contact.Malformed)
	}
}

// Somebody who rewrites the file between our look and our rename keeps what he
// wrote, and our change is made to that.
func TestABookChangedMeanwhile(t *testing.T) {
	path := newBookFile(t, vcf("UID:1", "FN:Ann"))
	o := openTeam(t, path)
	b := o.y.shelves[contact.Person].(*book)
	times := 0
	b.env.replacing = func(string) {
		if times++; times == 1 {
			writeOld(t, path, vcf("UID:1", "FN:Ann", "NOTE:his")+vcf("UID:2", "FN:Bob"))
		}
	}
	if _, err := o.put("1", contact.Fields{"FN": "Anna"}); err != nil {
		t.Fatal(err)
	}
	if got, want := content(t, path), vcf("UID:1", "FN:Anna", "NOTE:his")+vcf("UID:2", "FN:Bob"); got != want {
		t.Errorf("%q", got)
	}
	b.env.replacing = func(string) { writeOld(t, path, vcf("UID:1", "FN:"+strings.Repeat("x", times))); times++ }
	_, err := o.put("1", contact.Fields{"FN": "Eve"})
	isClass(t, "put into a file that keeps changing", err, contact.Unreachable)
}
