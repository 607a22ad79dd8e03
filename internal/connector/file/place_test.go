package file

import (
	"os"
	"path/filepath"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

// opened is a file opened as a system.
type opened struct {
	connector.Connector
	*testing.T
	path string
	file *collection
}

// open writes a file and opens it. Keys come in pairs, besides the path.
func open(t *testing.T, content string, keys ...string) *opened {
	t.Helper()
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
		t.Fatal(err)
	}
	return reopen(t, path, keys...)
}

func reopen(t *testing.T, path string, keys ...string) *opened {
	t.Helper()
	settings := connector.Settings{
		Name: "legacy", Keys: map[string]string{"path": path},
		Collections: map[contact.Kind]contact.Collection{contact.Person: {ID: "No"}},
		Fields:      map[contact.Kind][]string{contact.Person: {"Name", "Firm"}},
	}
	for i := 0; i < len(keys); i += 2 {
		settings.Keys[keys[i]] = keys[i+1]
	}
	y, err := Open(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.Close() })
	c, err := y.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	f := y.(*system).collections[contact.Person]
	f.env.patience = 0
	return &opened{Connector: c, T: t, path: path, file: f}
}

// content is what the file holds now.
func (o *opened) content() string {
	o.Helper()
	raw, err := os.ReadFile(o.path)
	if err != nil {
		o.Fatal(err)
	}
	return string(raw)
}

// overwrite changes the file in place, as a careless program does.
func (o *opened) overwrite(content string) {
	o.Helper()
	if err := os.WriteFile(o.path, []byte(content), 0o640); err != nil {
		o.Fatal(err)
	}
}

// pull reads a file of one page.
func (o *opened) pull() (connector.Page, error) {
	return o.Pull(o.Context(), contact.Person, "")
}

func (o *opened) put(id, version string, fields contact.Fields) (contact.Record, error) {
	return o.Put(o.Context(), contact.Record{Kind: contact.Person, ID: id, Version: version, Values: contact.Values{Fields: fields}})
}

// name writes one field of one record and must succeed.
func (o *opened) name(id, value string) contact.Record {
	o.Helper()
	r, err := o.put(id, "", contact.Fields{"Name": value})
	if err != nil {
		o.Fatalf("put: %v", err)
	}
	return r
}

func (o *opened) holds(want string) {
	o.Helper()
	if got := o.content(); got != want {
		o.Errorf("the file is\n%q, want\n%q", got, want)
	}
}

func isClass(t *testing.T, what string, err error, want contact.Class) {
	t.Helper()
	if got := contact.ClassOf(err); got != want || err == nil {
		t.Errorf("%s: class %q (%v), want %q", what, got, err, want)
	}
}
