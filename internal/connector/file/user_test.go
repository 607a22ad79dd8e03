package file

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/text/encoding"

	"kith/internal/connector"
	"kith/internal/connector/conntest"
	"kith/internal/contact"
)

// editor is a user with a spreadsheet: it rewrites the file in place, with a
// CSV writer that is not ours.
type editor struct {
	path      string
	delimiter rune
	coding    encoding.Encoding
	mark      string
}

func (e editor) read() ([][]string, error) {
	raw, err := os.ReadFile(e.path)
	if err != nil {
		return nil, err
	}
	raw = bytes.TrimPrefix(raw, []byte(e.mark))
	if e.coding != nil {
		if raw, err = e.coding.NewDecoder().Bytes(raw); err != nil {
			return nil, err
		}
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma = e.delimiter
	return r.ReadAll()
}

func (e editor) write(rows [][]string) error {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Comma = e.delimiter
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	raw := text.Bytes()
	if e.coding != nil {
		var err error
		if raw, err = e.coding.NewEncoder().Bytes(raw); err != nil {
			return err
		}
	}
	return os.WriteFile(e.path, append([]byte(e.mark), raw...), 0o600)
}

// find returns the rows and the number of the one with a key.
func (e editor) find(id string) ([][]string, int, error) {
	rows, err := e.read()
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(rows, func(row []string) bool { return row[0] == id })
	if i < 1 {
		return nil, 0, fmt.Errorf("no row %q", id)
	}
	return rows, i, nil
}

func (e editor) Create(_ contact.Kind, set contact.Values) (string, error) {
	rows, err := e.read()
	if err != nil {
		return "", err
	}
	id := "41"
	if last := rows[len(rows)-1][0]; len(rows) > 1 {
		n, _ := strconv.Atoi(last)
		id = strconv.Itoa(n + 1)
	}
	row := make([]string, len(rows[0]))
	row[0] = id
	fill(row, rows[0], set)
	return id, e.write(append(rows, row))
}

func fill(row, columns []string, set contact.Values) {
	for name, value := range set.Fields {
		row[slices.Index(columns, name)] = value
	}
}

func (e editor) Edit(_ contact.Kind, id string, set contact.Values) error {
	rows, i, err := e.find(id)
	if err != nil {
		return err
	}
	fill(rows[i], rows[0], set)
	return e.write(rows)
}

func (e editor) Delete(_ contact.Kind, id string) error {
	rows, i, err := e.find(id)
	if err != nil {
		return err
	}
	return e.write(slices.Delete(rows, i, i+1))
}

func (e editor) Get(kind contact.Kind, id string) (contact.Record, error) {
	rows, i, err := e.find(id)
	if err != nil {
		return contact.Record{}, err
	}
	r := contact.Record{Kind: kind, ID: id, Values: contact.Values{Fields: contact.Fields{}}}
	for n, name := range rows[0] {
		r.Fields[name] = rows[i][n]
	}
	return r, nil
}

// rename gives a column another name, so that it is no longer there.
func (e editor) rename(column string) error {
	rows, err := e.read()
	if err != nil {
		return err
	}
	rows[0][slices.Index(rows[0], column)] = "another"
	return e.write(rows)
}

// touch changes the file's bytes and nothing that it says.
func (e editor) touch() error {
	raw, err := os.ReadFile(e.path)
	if err != nil {
		return err
	}
	return os.WriteFile(e.path, append(raw, raw[bytes.LastIndexByte(raw, '\n'):]...), 0o600)
}

func TestConformance(t *testing.T) {
	tests := []struct {
		name string
		keys map[string]string
		e    editor
		crlf bool
	}{
		{name: "utf-8", e: editor{delimiter: ','}},
		{name: "utf-8 with a mark", e: editor{delimiter: ';', mark: "\xef\xbb\xbf"}},
		{name: "windows-1252", keys: map[string]string{"encoding": "windows-1252", "delimiter": ";"}, e: editor{delimiter: ';', coding: windowsSet.coding}},
		{name: "utf-16", keys: map[string]string{"encoding": "utf-16", "delimiter": "tab"}, e: editor{delimiter: '\t', coding: utf16LE.coding, mark: "\xff\xfe"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := charset{name: "file", coding: tt.e.coding}
			conntest.Run(t, conntest.Harness{
				Holds: func(_, value string) bool { return set.holds(value) },
				New: func(t *testing.T) *conntest.Place {
					e := tt.e
					dir := t.TempDir()
					e.path = filepath.Join(dir, "people.csv")
					if err := e.write([][]string{{"No", "Name", "Firm", "Phone", "Secret", "kith_id"}}); err != nil {
						t.Fatal(err)
					}
					settings := connector.Settings{
						Name: "legacy", Keys: map[string]string{"path": dir},
						Collections: map[contact.Kind]contact.Collection{contact.Person: {Name: "people.csv", ID: "No", Marker: "kith_id"}},
						Fields:      map[contact.Kind][]string{contact.Person: {"Name", "Firm", "Phone"}},
					}
					for key, value := range tt.keys {
						settings.Keys[key] = value
					}
					start := func(t *testing.T) connector.System {
						y, err := Open(settings)
						if err != nil {
							t.Fatal(err)
						}
						t.Cleanup(func() { y.Close() })
						y.(*system).collections[contact.Person].page = 3
						return y
					}
					must := func(err error) {
						if err != nil {
							t.Fatal(err)
						}
					}
					return &conntest.Place{
						System: start(t), Kind: contact.Person, Page: 3, Texts: []string{"Name", "Firm", "Phone"}, Hidden: "Secret",
						User: e, Reopen: start,
						Faults: conntest.Faults{
							Vanish:        func(field string) { must(e.rename(field)) },
							ExpireCursors: func() { must(e.touch()) },
						},
					}
				},
			})
		})
	}
}
