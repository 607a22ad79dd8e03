package file

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kith/internal/contact"
)

var seeds = []string{
	"No,Name,Firm\n1,Ann,x\n", "No;Name\r\n1;\"a\r\nb\"\r\n", "No\tName\n1\t\"\"\"\"\n\n2\tx\n",
	"\xef\xbb\xbfNo,Name\n1,\xf6\n", "\xff\xfeN\x00o\x00\n\x001\x00\n\x00", "No,Name\n1,a\"b\n", "No\n1\n1\n", "No,Name\n1,\"a", "No,Name\n1", "", "\n\n",
}

// Whatever stands in a file: the rows put together again are the file, and
// their values written as fields read the same.
func FuzzRows(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		r := newRows(bytes.NewReader(content), ',', 0, 1)
		for {
			err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			var wrong *rowError
			if err != nil {
				if !errors.As(err, &wrong) {
					t.Fatalf("%v", err)
				}
				return
			}
			if !bytes.Equal(r.text, content[r.at:r.at+int64(len(r.text))]) {
				t.Fatalf("a row of %q is %q", content, r.text)
			}
			again := make([]string, len(r.spans))
			for i := range r.spans {
				again[i] = quote(r.value(i), ',', i%2 == 0)
			}
			back := rowOf(strings.Join(again, ",")+"\n", ',')
			if err := back.row(); err != nil || len(back.spans) != len(r.spans) {
				t.Fatalf("%q became %q: %v", r.text, again, err)
			}
			for i := range r.spans {
				if back.value(i) != r.value(i) {
					t.Fatalf("%q became %q", r.value(i), back.value(i))
				}
			}
		}
	})
}

// Whatever stands in a file, it is read whole or refused with a class, and a
// write changes one value and nothing else.
func FuzzFile(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		o := open(t, string(content))
		page, err := o.pull()
		if err != nil {
			if class := contact.ClassOf(err); class != contact.Malformed && class != contact.Setup {
				t.Fatalf("class %q: %v", class, err)
			}
			return
		}
		if len(page.Records) == 0 || len(page.Missing) > 0 {
			return
		}
		first := page.Records[0]
		if _, err := o.put(first.ID, first.Version, contact.Fields{"Name": "changed, \"so\"\nto say"}); err != nil {
			if contact.ClassOf(err) != contact.Malformed {
				t.Fatalf("put: %v", err)
			}
			o.holds(string(content))
			return
		}
		after, err := o.pull()
		if err != nil || len(after.Records) != len(page.Records) {
			t.Fatalf("%d records became %d: %v", len(page.Records), len(after.Records), err)
		}
		for i, r := range after.Records {
			want := page.Records[i].Fields
			if i == 0 {
				want["Name"] = "changed, \"so\"\nto say"
			}
			if r.ID != page.Records[i].ID || r.Fields["Name"] != want["Name"] || r.Fields["Firm"] != want["Firm"] {
				t.Fatalf("record %d is %q, want %q", i, r.Fields, want)
			}
		}
	})
}

// Any series of writes leaves what a map would hold.
func TestSeriesOfWrites(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ending := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "line end")
		o := open(t, "No;Name;Firm"+ending)
		model := map[string]string{}
		value := rapid.StringOf(rapid.RuneFrom([]rune("aö;,\"'\n\r =日")))
		for range rapid.IntRange(1, 12).Draw(rt, "writes") {
			keys := make([]string, 0, len(model))
			for key := range model {
				keys = append(keys, key)
			}
			what := rapid.IntRange(0, 2).Draw(rt, "what")
			if len(keys) == 0 {
				what = 0
			}
			switch what {
			case 0:
				v := value.Draw(rt, "value")
				r, err := o.put("", "", contact.Fields{"Name": v})
				if err != nil {
					rt.Fatal(err)
				}
				model[r.ID] = v
			case 1:
				key, v := keys[0], value.Draw(rt, "value")
				if _, err := o.put(key, "", contact.Fields{"Name": v}); err != nil {
					rt.Fatal(err)
				}
				model[key] = v
			case 2:
				if err := o.Remove(t.Context(), contact.Person, keys[0], ""); err != nil {
					rt.Fatal(err)
				}
				delete(model, keys[0])
			}
		}
		page, err := o.pull()
		if err != nil || len(page.Records) != len(model) {
			rt.Fatalf("%d records, want %d: %v", len(page.Records), len(model), err)
		}
		for _, r := range page.Records {
			if want, ok := model[r.ID]; !ok || r.Fields["Name"] != want {
				rt.Fatalf("record %s is %q, want %q", r.ID, r.Fields["Name"], want)
			}
		}
	})
}
