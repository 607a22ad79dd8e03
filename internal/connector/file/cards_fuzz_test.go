package file

import (
	"os"
	"path/filepath"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Whatever a file holds: it is refused as a whole, or every card of it can be
// got by the id it is listed under, and a change of one leaves the others as
// they were.
func FuzzCards(f *testing.F) {
	for _, text := range []string{
		"", "\r\n", "\xef\xbb\xbf", vcf("UID:1", "FN:Ann") + vcf("FN:Bob"), vcf("FN:A") + vcf("FN:A"), "BEGIN:VCARD\nEND:VCARD", "BEGIN:VCARD\nUID:~1\nEND:VCARD\n\n\n",
		vcf("UID:x", "KIND:group") + vcf("X-ABShowAs:COMPANY"), "BEGIN:VCARD\nVERSION:2.1\nAGENT:\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD\n", vcf("UID:1")[:20],
	} {
		f.Add([]byte(text), true)
		f.Add([]byte(text), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, single bool) {
		dir := t.TempDir()
		path := dir
		name := filepath.Join(dir, "contacts.vcf")
		if single {
			path = name
		}
		writeOld(t, name, string(text))
		o := openTeam(t, path)
		before := o.everything()
		for id := range before {
			r, err := o.Put(t.Context(), contact.Record{Kind: contact.Person, ID: id, Values: contact.Values{Fields: contact.Fields{"NOTE": "changed by us"}}})
			if err != nil {
				if contact.ClassOf(err) != contact.Refused {
					t.Fatalf("put: %v", err)
				}
				break
			}
			after := o.everything()
			if len(after) != len(before) || after[id].Fields["NOTE"] != "changed by us" || after[id].Version != r.Version {
				t.Fatalf("%d cards of %d; the changed one shows %q", len(after), len(before), after[id].Fields["NOTE"])
			}
			for other, was := range before {
				if other != id && after[other].Version != was.Version {
					t.Fatal("another card changed")
				}
			}
			break
		}
	})
}

// everything pulls all cards, none where the place is refused, and looks
// whether Get agrees.
func (o *team) everything() map[string]contact.Record {
	all := map[string]contact.Record{}
	for cursor, more := "", true; more; {
		page, err := o.Pull(o.Context(), contact.Person, cursor)
		if contact.ClassOf(err) == contact.Malformed || contact.ClassOf(err) == contact.Unreachable {
			return nil
		}
		if err != nil {
			o.Fatal(err)
		}
		for _, r := range page.Records {
			if _, twice := all[r.ID]; twice {
				o.Fatalf("the id %q is shown twice", r.ID)
			}
			if got, err := o.Get(o.Context(), contact.Person, r.ID); err != nil || got.Version != r.Version || got.Gone != r.Gone {
				o.Fatalf("get %q: %v", r.ID, err)
			}
			if r.Gone == contact.Here {
				all[r.ID] = r
			}
		}
		cursor, more = page.Next, page.More
	}
	return all
}

// What a process left behind that died in the middle of a write is no card, and
// the next write takes it away.
func TestWhatADeadProcessLeftBehind(t *testing.T) {
	dir := newTeam(t, map[string]string{"ann.vcf": vcf("FN:Ann")})
	o := openTeam(t, dir)
	left := filepath.Join(dir, ".kith-123.tmp")
	o.folder().env.step = func(at string) {
		if at == "before rename" {
			if got := content(t, dir, "ann.vcf"); got != vcf("FN:Ann") {
				t.Errorf("before its rename the card is %q", got)
			}
		}
	}
	writeOld(t, left, vcf("FN:Half"))
	o.shows("beside it", contact.Person, "", map[string]string{"ann.vcf": "Ann"})
	if _, err := o.put("ann.vcf", contact.Fields{"FN": "Anna"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("it is still there, %v", err)
	}
	var listed int
	if err := o.Connector.(connector.Lister).List(t.Context(), contact.Person, func(string, string) error { listed++; return nil }); err != nil || listed != 1 {
		t.Errorf("%d cards, %v", listed, err)
	}
}
