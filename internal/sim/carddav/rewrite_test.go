package carddav_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"kith/internal/sim/carddav"
)

func TestRewrites(t *testing.T) {
	for _, r := range []struct {
		name     string
		do       carddav.Rewrite
		from, to string // the lines between UID and END
	}{
		{"SortLines", carddav.SortLines, "TEL:1|EMAIL:a@b|item1.N:A", "EMAIL:a@b|item1.N:A|TEL:1"},
		{"JoinTypes", carddav.JoinTypes, "EMAIL;TYPE=INTERNET;X-A=1;TYPE=WORK:a@b|TEL;TYPE=CELL:1", "EMAIL;X-A=1;TYPE=INTERNET,WORK:a@b|TEL;TYPE=CELL:1"},
		{"UpperNames", carddav.UpperNames, "item1.X-ABLabel:Boss", "item1.X-ABLABEL:Boss"},
		{"UpperGroups", carddav.UpperGroups, "item1.X-ABLabel:Boss", "ITEM1.X-ABLabel:Boss"},
		{"EscapeURIs", carddav.EscapeURIs, `URL:http://a/;b\;c|NOTE:a;b`, `URL:http://a/\;b\;c|NOTE:a;b`},
		{"EscapePictures", carddav.EscapePictures, `PHOTO:data:image/gif;base64,AA==|URL:a;b`, `PHOTO:data:image/gif\;base64\,AA==|URL:a;b`},
		{"CutAtCommas", carddav.CutAtCommas, `PHOTO:data:image/gif;base64,AA==|NICKNAME:Al\,i,Bo|N:A,B;C|CATEGORIES:a,b|NOTE:a\\,b`, `PHOTO:data:image/gif;base64|NICKNAME:Al\,i|N:A,B;C|CATEGORIES:a,b|NOTE:a\\`},
		{"CutAtCommas, escaped", carddav.CutAtCommas, `PHOTO:data:image/gif\;base64\,AA==|X-A;ENCODING=b:AA,B`, `PHOTO:data:image/gif\;base64\,AA==|X-A;ENCODING=b:AA,B`},
		{"CutPictures", carddav.CutPictures, `PHOTO;ENCODING=b;TYPE=GIF:AA==|FN:A`, `PHOTO:data:image/jpeg|FN:A`},
		{"RenderWithoutREV", carddav.RenderWithoutREV,
			`item1.ADR;type="home":;;Str\, 1;Ort\;X;;123;SE|ORG:Meyer\; Söhne;Einkauf|CATEGORIES:a,b\,c|NOTE:C:\\neu\\x\, y|TEL;X-A=1;TYPE=A;X-B="p;q";TYPE=B:1|REV:1999-01-01T10:20:30Z`,
			`ITEM1.ADR;TYPE=home:;;Str\, 1;Ort;X;;123;SE|ORG:Meyer; Söhne;Einkauf|CATEGORIES:a,b,c|NOTE:C:\\\neu\\x\, y|TEL;X-A=1;TYPE=A;TYPE=B;X-B="p;q":1|REV:19990101T102030Z`},
		{"RenderWithoutREV, which is there", carddav.RenderWithoutREV,
			`item1.ADR:;;Str\, 1;Ort\;X;;123;SE|REV:19990101T102030Z`, `item1.ADR:;;Str\, 1;Ort\;X;;123;SE|REV:19990101T102030Z`},
		{"RenderWithoutREV, of no time", carddav.RenderWithoutREV, "REV:1999-01-01|FN:A", "FN:A|REV:20261122T100000Z"},
		{"ShortenNames", carddav.ShortenNames, "N:A;B;;;|ADR:;;;;;;", "N:A;B|ADR:;;;;;;"},
		{"AddREV", carddav.AddREV, "REV:19990101T000000Z|FN:A", "REV:20261122T100000Z|FN:A"},
		{"DropUnknown", carddav.DropUnknown, "X-KITH:1|item1.X-ABLabel:Boss|X-ADDRESSBOOKSERVER-KIND:group", "item1.X-ABLabel:Boss|X-ADDRESSBOOKSERVER-KIND:group"},
		{"Relabel30", carddav.Relabel30, "FN:A", "FN:A"},
	} {
		t.Run(r.name, func(t *testing.T) {
			card := func(version, lines string) string {
				return "BEGIN:VCARD\r\nVERSION:" + version + "\r\nUID:a\r\n" + strings.ReplaceAll(lines, "|", "\r\n") + "\r\nEND:VCARD\r\n"
			}
			noon := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
			version := "4.0"
			if r.name == "Relabel30" || r.name == "AddREV" {
				version = "3.0"
			}
			from := version
			if r.name == "Relabel30" {
				from = "4.0"
			}
			if got := r.do(card(from, r.from), noon); got != card(version, r.to) {
				t.Errorf("%q, want %q", got, card(version, r.to))
			}
			if got := r.do("garbage", noon); got != "garbage" {
				t.Errorf("garbage becomes %q", got)
			}
		})
	}
	if got := carddav.NoLastLineEnd("END:VCARD\r\n", time.Time{}); got != "END:VCARD" {
		t.Errorf("%q", got)
	}
}

// Every preset has a name of its own and switches that exist: none is the plain
// server under another name.
func TestPresetsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range carddav.Presets() {
		if seen[p.Name] {
			t.Errorf("two presets are named %q", p.Name)
		}
		seen[p.Name] = true
		if p.Name != "plain" && reflect.DeepEqual(p.Quirks, carddav.Quirks{}) {
			t.Errorf("%s has no switch on", p.Name)
		}
	}
}
