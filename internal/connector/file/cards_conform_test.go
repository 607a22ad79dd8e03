package file

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/connector/conntest"
	"kith/internal/contact"
)

// client is an address book program that shares the cards. It knows just enough
// of RFC 2426 to change a line, and nothing of our codec.
type client struct {
	path    string // of the folder, or of the file with all cards
	company bool
	made    int
}

func (c *client) single() bool { return strings.HasSuffix(c.path, ".vcf") }

// all reads the cards by id, unfolded and in lines, in their order.
func (c *client) all() (ids []string, cards map[string][]string, err error) {
	cards = map[string][]string{}
	var raws []string
	if c.single() {
		raw, err := os.ReadFile(c.path)
		if err != nil {
			return nil, nil, err
		}
		for _, part := range strings.SplitAfter(string(raw), "END:VCARD\r\n") {
			if part != "" {
				raws = append(raws, part)
			}
		}
	} else {
		names, err := filepath.Glob(filepath.Join(c.path, "*.vcf"))
		if err != nil {
			return nil, nil, err
		}
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				return nil, nil, err
			}
			ids, raws = append(ids, filepath.Base(name)), append(raws, string(raw))
		}
	}
	for i, raw := range raws {
		lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(raw, "\r\n ", ""), "\r\n"), "\r\n")
		if c.single() {
			for _, line := range lines {
				if uid, ok := strings.CutPrefix(line, "UID:"); ok {
					ids = append(ids, uid)
				}
			}
		}
		cards[ids[i]] = lines
	}
	return ids, cards, nil
}

func (c *client) save(ids []string, cards map[string][]string) error {
	var whole strings.Builder
	for _, id := range ids {
		text := strings.Join(cards[id], "\r\n") + "\r\n"
		whole.WriteString(text)
		if !c.single() {
			old, _ := os.ReadFile(filepath.Join(c.path, id))
			if string(old) == text {
				continue
			}
			if err := os.WriteFile(filepath.Join(c.path, id), []byte(text), 0o600); err != nil {
				return err
			}
		}
	}
	if !c.single() {
		return nil
	}
	return os.WriteFile(c.path, []byte(whole.String()), 0o600)
}

var escaper = strings.NewReplacer("\\", "\\\\", "\n", "\\n", ",", "\\,", ";", "\\;")

func (c *client) fill(lines []string, set contact.Values) []string {
	for _, name := range set.Fields.Names() {
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, name+":") })
		if set.Fields[name] != "" {
			lines = slices.Insert(lines, len(lines)-1, name+":"+escaper.Replace(set.Fields[name]))
		}
	}
	return lines
}

func (c *client) Create(_ contact.Kind, set contact.Values) (string, error) {
	ids, cards, err := c.all()
	if err != nil {
		return "", err
	}
	c.made++
	id := fmt.Sprintf("Client-%d", c.made)
	lines := []string{"BEGIN:VCARD", "VERSION:3.0", "PRODID:-//client//EN", "UID:" + id, "N:;;;;", "FN:", "END:VCARD"}
	if c.company {
		lines = slices.Insert(lines, 2, "X-ABShowAs:COMPANY")
	}
	if !c.single() {
		id = id + ".vcf"
	}
	cards[id] = c.fill(lines, set)
	return id, c.save(append(ids, id), cards)
}

func (c *client) Edit(_ contact.Kind, id string, set contact.Values) error {
	ids, cards, err := c.all()
	if err != nil || cards[id] == nil {
		return fmt.Errorf("no card %q: %w", id, err)
	}
	cards[id] = c.fill(cards[id], set)
	return c.save(ids, cards)
}

func (c *client) Delete(_ contact.Kind, id string) error {
	ids, cards, err := c.all()
	if err != nil || cards[id] == nil {
		return fmt.Errorf("no card %q: %w", id, err)
	}
	if !c.single() {
		return os.Remove(filepath.Join(c.path, id))
	}
	return c.save(slices.DeleteFunc(ids, func(i string) bool { return i == id }), cards)
}

func (c *client) Get(kind contact.Kind, id string) (contact.Record, error) {
	_, cards, err := c.all()
	if err != nil || cards[id] == nil {
		return contact.Record{}, fmt.Errorf("no card %q: %w", id, err)
	}
	r := contact.Record{Kind: kind, ID: id, Values: contact.Values{Fields: contact.Fields{}}}
	for _, line := range cards[id] {
		name, value, _ := strings.Cut(line, ":")
		r.Fields[name] = unescaped(value)
	}
	return r, nil
}

func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if i++; s[i] == 'n' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func TestCardConformance(t *testing.T) {
	tests := []struct {
		name string
		path string
		kind contact.Kind
	}{
		{"a folder", "contacts", contact.Person},
		{"a folder of companies", "contacts", contact.Company},
		{"one file", "contacts.vcf", contact.Person},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conntest.Run(t, conntest.Harness{New: func(t *testing.T) *conntest.Place {
				user := &client{path: filepath.Join(t.TempDir(), tt.path), company: tt.kind == contact.Company}
				if user.single() {
					writeOld(t, user.path, "")
				} else if err := os.Mkdir(user.path, 0o700); err != nil {
					t.Fatal(err)
				}
				texts := []string{"NOTE", "TITLE", "ROLE"}
				start := func(t *testing.T) connector.System {
					y, err := Open(connector.Settings{
						Name: "team", Keys: map[string]string{"path": user.path, "format": FormatVCard},
						Collections: map[contact.Kind]contact.Collection{tt.kind: {}},
						Fields:      map[contact.Kind][]string{tt.kind: texts},
					})
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { y.Close() })
					switch s := y.(*cards).shelves[tt.kind].(type) {
					case *folder:
						s.page = 3
					case *book:
						s.page = 3
					}
					return y
				}
				return &conntest.Place{
					System: start(t), Kind: tt.kind, Page: 3, Texts: texts, Hidden: "X-SECRET", User: user, Reopen: start,
					Faults: conntest.Faults{ExpireCursors: func() { touchAll(t, user.path) }},
				}
			}})
		})
	}
}
