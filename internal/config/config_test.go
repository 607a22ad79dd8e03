package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kith/internal/contact"
)

// testKinds are kinds of connectors with every property a kind can have.
func testKinds() []Kind {
	return []Kind{
		{Name: "memory", NativeSlots: true, Marks: true},
		{
			Name: "sqldb", NeedsCollection: true, NeedsID: true,
			Keys: []KindKey{
				{Name: "dialect", Doc: "kind of database", Required: true, Values: []string{"postgres", "mysql"}},
				{Name: "dsn", Doc: "where the database is", Required: true, Secret: true},
			},
		},
		{
			Name: "file", NeedsCollection: true, NeedsID: true,
			Keys: []KindKey{
				{Name: "path", Doc: "the folder", Required: true},
				{Name: "delimiter", Doc: "between two values", Default: ","},
				{Name: "encoding", Doc: "of the text", Default: "utf-8"},
				{Name: "header", Doc: "whether the first line names the columns", Default: "yes", Values: []string{"yes", "no"}},
			},
		},
		{
			Name: "carddav", Lists: true, Marks: true,
			Keys: []KindKey{
				{Name: "url", Doc: "address of the book", Required: true},
				{Name: "user", Doc: "who signs in"},
				{Name: "password", Doc: "the password", Secret: true},
				{Name: "hosts", Doc: "further hosts"},
			},
			Map: map[contact.Kind][]contact.MapEntry{contact.Person: {
				{Slot: "name.given", Field: "N.given"}, {Slot: "name.family", Field: "N.family"}, {Slot: "company", Field: "ORG"},
				{Slot: "title", Field: "TITLE"}, {Slot: "note", Field: "NOTE"}, {Slot: "photo", Field: "PHOTO"},
			}},
		},
		{
			Name: "erpapi",
			Keys: []KindKey{{Name: "dsn", Doc: "where the database is", Required: true, Secret: true}},
			Map:  apiMap(), Collections: apiCollections(),
		},
		{
			Name: "crmapi", Marks: true,
			Keys: []KindKey{{Name: "key", Doc: "the public key", Required: true, Secret: true}, {Name: "secret", Doc: "the private key", Required: true, Secret: true}},
			Map:  apiMap(), Collections: apiCollections(),
		},
	}
}

func apiMap() map[contact.Kind][]contact.MapEntry {
	return map[contact.Kind][]contact.MapEntry{
		contact.Company: {{Slot: "name", Field: "Name"}, {Slot: "number", Field: "No"}, {Slot: "relation", Field: "Relation"}},
		contact.Person: {
			{Slot: "name.given", Field: "First"}, {Slot: "name.family", Field: "Last"}, {Slot: "company", Field: "CompanyId"},
			{Slot: "email.work", Field: "Mail"}, {Slot: "deleted", Field: "Deleted"}, {Slot: "number", Field: "ContactNo"},
		},
	}
}

func apiCollections() map[contact.Kind]contact.Collection {
	return map[contact.Kind]contact.Collection{
		contact.Company: {Name: "accounts", ID: "Id", Changed: "Modified", Marker: "KithId"},
		contact.Person:  {Name: "contacts", ID: "Id", Changed: "Modified", Marker: "KithId"},
	}
}

func load(t *testing.T, text string) *File {
	t.Helper()
	file, err := Load("kith.yaml", []byte(text), testKinds(), Secrets{})
	if err != nil {
		t.Fatalf("load:\n%v", err)
	}
	return file
}

func exampleText(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func example(t *testing.T, name string) *File {
	t.Helper()
	return load(t, exampleText(t, name))
}

func row(t *testing.T, f *File, kind contact.Kind, place string) contact.Policy {
	t.Helper()
	r := f.row(kind, place)
	if r == nil {
		t.Fatalf("no row %s.%s", kind, place)
	}
	return r.Policy
}

func replaceOnce(t *testing.T, text, old, with string) string {
	t.Helper()
	if strings.Count(text, old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(text, old))
	}
	return strings.Replace(text, old, with, 1)
}
