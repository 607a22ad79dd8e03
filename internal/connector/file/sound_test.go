package file

import (
	"fmt"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Every prefix of a file is refused, unless it ends where a row ends.
func TestHalfWrittenFileIsNeverBelieved(t *testing.T) {
	var text strings.Builder
	text.WriteString("No,Name,Firm\n")
	for i := range 25 {
		fmt.Fprintf(&text, "%d,\"Björn \"\"B\"\"\nÅkesson %d\",Ängs & Söner\n", i+1, i)
	}
	crlf := strings.ReplaceAll(text.String(), "\n", "\r\n")
	tests := map[string]struct {
		content, lineEnd string
		unit             int
		keys             []string
	}{
		"utf-8":        {text.String(), "\n", 1, nil},
		"crlf":         {"\xef\xbb\xbf" + crlf, "\r\n", 1, nil},
		"windows-1252": {coded(t, "windows-1252", text.String()), "\n", 1, []string{"encoding", "windows-1252"}},
		"utf-16":       {"\xff\xfe" + coded(t, "utf-16le", text.String()), "\n\x00", 2, []string{"encoding", "utf-16"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := open(t, tt.content, tt.keys...)
			full, err := o.pull()
			if err != nil || len(full.Records) != 25 {
				t.Fatalf("%d records, %v", len(full.Records), err)
			}
			accepted := 0
			for n := range len(tt.content) {
				o.overwrite(tt.content[:n])
				page, err := o.pull()
				if err != nil {
					if class := contact.ClassOf(err); class != contact.Malformed && class != contact.Setup {
						t.Fatalf("prefix of %d bytes: %v", n, err)
					}
					continue
				}
				accepted++
				if !strings.HasSuffix(tt.content[:n], tt.lineEnd) || page.State == full.State {
					t.Fatalf("a prefix of %d bytes is believed: it has %d records", n, len(page.Records))
				}
				for i, r := range page.Records {
					if r.Fields["Name"] != full.Records[i].Fields["Name"] || r.Version != full.Records[i].Version {
						t.Fatalf("prefix of %d bytes: record %d differs", n, i)
					}
				}
			}
			if accepted != 25 {
				t.Errorf("%d prefixes were believed, want the 25 that end with a row", accepted)
			}
		})
	}
}

func TestUnsoundFileIsRefusedWhole(t *testing.T) {
	header := "No,Name,Firm\n"
	tests := []struct {
		name, content, says string
		class               contact.Class
	}{
		{"empty", "", "no header", contact.Malformed},
		{"duplicate keys", header + "7,Secret,x\n8,Secret,x\n7,Secret,x\n", "line 4: the key in column No is the same as in line 2", contact.Malformed},
		{"duplicate after a row of two lines", header + "7,\"a\nb\",x\n7,Secret,x\n", "line 4: the key in column No is the same as in line 2", contact.Malformed},
		{"empty key", header + "7,Secret,x\n,Secret,x\n", "line 3: the key in column No is empty", contact.Malformed},
		{"row too short", header + "7,Secret,x\n8,Secret\n9,Secret,x\n", "line 3: there are 2 columns, the header has 3", contact.Malformed},
		{"row too long", header + "7,Secret,x,y\n", "line 2: there are 4 columns", contact.Malformed},
		{"no line end", header + "7,Secret,x", "line 2: the last line has no line end", contact.Malformed},
		{"open quotation", header + "7,\"Secret,x\n8,Secret,x\n", "line 2: a quotation does not end", contact.Malformed},
		{"text behind a quotation", header + "7,\"Secret\" Secret,x\n", "line 2: there is text behind a quotation in column 2", contact.Malformed},
		{"NUL", header + "7,Sec\x00ret,x\n", "line 2: there is a NUL byte", contact.Malformed},
		{"column twice", "No,Name,Name\n", "line 1: two columns are called Name", contact.Malformed},
		{"long field", header + "7," + strings.Repeat("x", maxField+1) + ",x\n", "column 2 is longer than 1 MiB", contact.Malformed},
		{"endless quotation", header + "7,\"" + strings.Repeat(strings.Repeat("x", 1023)+"\n", maxRow>>10), "line 2: the row is longer than 16 MiB", contact.Malformed},
		{"many columns", "No" + strings.Repeat(",x", maxColumns) + "\n", "more than 1000 columns", contact.Malformed},
		{"no id column", "Nr,Name,Firm\n7,Secret,x\n", "no column No for the id; the nearest is \"Nr\"", contact.Setup},
		{"wide text as narrow", "\xff\xfeN\x00o\x00\n\x00\xd8", "no line end", contact.Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := open(t, tt.content)
			_, pullErr := o.pull()
			_, getErr := o.Get(t.Context(), contact.Person, "7")
			_, putErr := o.put("", "", contact.Fields{"Name": "Ann"})
			listErr := o.Connector.(connector.Lister).List(t.Context(), contact.Person, func(string, string) error {
				t.Error("a key of an unsound file is listed")
				return nil
			})
			for what, err := range map[string]error{"pull": pullErr, "get": getErr, "put": putErr, "list": listErr} {
				isClass(t, what, err, tt.class)
				if err == nil {
					continue
				}
				if !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), "people.csv") {
					t.Errorf("%s says %q, want the file and %q", what, err, tt.says)
				}
				if strings.Contains(err.Error(), "Secret") {
					t.Errorf("%s shows a value: %v", what, err)
				}
			}
			o.holds(tt.content)
		})
	}
}

func TestMissingFileNamesTheNearest(t *testing.T) {
	o := open(t, "No,Name,Firm\n")
	dir := strings.TrimSuffix(o.path, "/people.csv")
	tests := map[string]struct{ path, collection, says string }{
		"file":      {dir, "poeple.csv", "poeple.csv is not there; the nearest is \"people.csv\""},
		"directory": {dir + "x", "people.csv", `the nearest is "` + dir[strings.LastIndexByte(dir, '/')+1:]},
		"single":    {dir + "/People2.csv", "", "People2.csv is not there; the nearest is \"people.csv\""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			y, err := Open(connector.Settings{
				Keys:        map[string]string{"path": tt.path},
				Collections: map[contact.Kind]contact.Collection{contact.Person: {Name: tt.collection, ID: "No"}},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = y.Open(t.Context(), "")
			isClass(t, "open", err, contact.Setup)
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("says %q, want %q", err, tt.says)
			}
		})
	}
}

func TestSettingsThatCannotWork(t *testing.T) {
	person := func(c contact.Collection) map[contact.Kind]contact.Collection {
		return map[contact.Kind]contact.Collection{contact.Person: c}
	}
	dir := t.TempDir()
	good := contact.Collection{Name: "people.csv", ID: "No"}
	for name, s := range map[string]connector.Settings{
		"no path":            {Collections: person(good)},
		"no id":              {Keys: map[string]string{"path": dir}, Collections: person(contact.Collection{Name: "people.csv"})},
		"no collection":      {Keys: map[string]string{"path": dir}, Collections: person(contact.Collection{ID: "No"})},
		"outside":            {Keys: map[string]string{"path": dir}, Collections: person(contact.Collection{Name: "../people.csv", ID: "No"})},
		"file in a file":     {Keys: map[string]string{"path": dir + "/a.csv"}, Collections: person(good)},
		"long delimiter":     {Keys: map[string]string{"path": dir, "delimiter": "::"}, Collections: person(good)},
		"quote as delimiter": {Keys: map[string]string{"path": dir, "delimiter": `"`}, Collections: person(good)},
		"unknown encoding":   {Keys: map[string]string{"path": dir, "encoding": "latin-99"}, Collections: person(good)},
		"unread encoding":    {Keys: map[string]string{"path": dir, "encoding": "utf-7"}, Collections: person(good)},
	} {
		_, err := Open(s)
		isClass(t, name, err, contact.Setup)
	}
}
