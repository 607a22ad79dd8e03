package store

import (
	"reflect"
	"testing"
	"time"

	"kith/internal/contact"
)

var packNames = &names{number: map[string]int64{"crm": 1, "email": 2, "note": 3}, text: []string{"", "crm", "email", "note"}}

// Whatever bytes a column holds, reading it ends in values or an error.
func FuzzUnpack(f *testing.F) {
	p := &packer{names: packNames}
	at := time.UnixMilli(1_700_000_000_000).UTC()
	party := contact.Party{Origin: "crm", Into: "p2", Fields: map[string]contact.Value{"email": {Text: "a", From: "crm", At: at, Known: true, Norm: "b"}}}
	f.Add(p.party(&party))
	record := contact.Record{ID: "r", Modified: at, Values: contact.Values{Fields: contact.Fields{"note": ""}, Lists: map[string][]contact.Item{"email": {{Value: "x", Was: &contact.Item{}}}}}}
	f.Add(p.record(&record))
	link := contact.Link{Version: "v", Missing: &contact.Absence{At: at}, Seen: contact.Memo{"note": contact.Digest("x")}, Held: map[string]string{"a": "b"}}
	f.Add(p.echo(&link))
	f.Add(p.link(&link, 2))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, packed []byte) {
		u := &unpacker{names: packNames}
		var got contact.Party
		u.party(packed, &got)
		if u.end("party") == nil {
			again := &packer{names: packNames}
			var back contact.Party
			u := &unpacker{names: packNames}
			u.party(again.party(&got), &back)
			if err := u.end("party"); err != nil || !reflect.DeepEqual(back, got) {
				t.Fatalf("%+v was packed as %+v, %v", got, back, err)
			}
		}
		(&unpacker{names: packNames}).record(packed)
		(&unpacker{names: packNames}).echo(packed)
		var l contact.Link
		(&unpacker{names: packNames}).link(packed, &l)
	})
}

func TestPackMissingNames(t *testing.T) {
	p := &packer{names: packNames}
	link := contact.Link{Seen: contact.Memo{"note": "", "new": "x"}}
	p.link(&link, 0)
	if want := map[string]bool{"new": true}; !reflect.DeepEqual(p.missing, want) {
		t.Fatalf("missing %v, want %v", p.missing, want)
	}
}
