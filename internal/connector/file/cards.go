package file

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"kith/internal/card"
	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// cardSuffix ends the names of vCard files (RFC 6350, section 10.1).
const cardSuffix = ".vcf"

// cardWriters is how many writes may be collected into one batch. A card is
// small, and what waits for the disk together waits once.
const cardWriters = 256

// cards is a system of vCards. Persons and companies stand in the same
// collection as a rule: each kind shows its own.
type cards struct {
	settings connector.Settings
	kinds    []contact.Kind
	shelves  map[contact.Kind]shelf
	folders  bool // no collection is a single file
	fresh    func() string
	closed   atomic.Bool
}

// shelf is where cards stand: a folder with a file for each, or one file with
// all of them.
type shelf interface {
	where() string // for people
	path() string  // for the account
	exists() error
	pull(ctx context.Context, show showing, cursor string) (connector.Page, error)
	get(ctx context.Context, show showing, id string) (contact.Record, error)
	// each calls use for every card in no particular order, with the card itself
	// where want says so of what stands in the index, unless it has gone.
	each(ctx context.Context, want func(listed) bool, use func(listed, *shelved) error) error
	what() string // for people: what sort of shelf it is
	submit(ctx context.Context, change func(edition) (contact.Record, error)) (contact.Record, error)
	finish() // waits for the writes that have been begun
}

// edition is a shelf with changes that are not written yet.
type edition interface {
	// card reads a card as it stands in the edition, nil where there is none.
	card(id string) (*shelved, error)
	// set puts a text in the place of the card with an id, and returns what it
	// is then; nil takes the card away.
	set(id string, text []byte) (*shelved, error)
	// add puts a new card on the shelf.
	add(c *vcard.Card) (*shelved, error)
	// taken reports whether the shelf cannot hold another card of this UID.
	taken(uid string) bool
}

// shelved is a card as it stands on a shelf.
type shelved struct {
	listed
	text []byte
	card *vcard.Card // nil of a broken one
}

// listed is what the index of a shelf says of a card.
type listed struct {
	id, version, marker string
	kind                contact.Kind // "" for a group
	broken              bool         // it is no card; nothing else is known of it
}

// showing says how cards are shown as records.
type showing struct {
	kind   contact.Kind
	fields []string
}

// openCards opens folders and files of vCards as a system.
func openCards(settings connector.Settings, path string) (connector.System, error) {
	for _, key := range []string{"delimiter", "encoding"} {
		if settings.Keys[key] != "" {
			return nil, contact.Fail(contact.Setup, "%s: the key %s is for CSV files; vCards say themselves how they are written", settings.Name, key)
		}
	}
	y := &cards{settings: settings, shelves: map[contact.Kind]shelf{}, fresh: newUID, folders: true}
	byPath := map[string]shelf{}
	for _, kind := range contact.Kinds {
		spec, ok := settings.Collections[kind]
		if !ok {
			continue
		}
		at, err := y.locate(path, kind, spec)
		if err != nil {
			return nil, err
		}
		if byPath[at] == nil {
			if byPath[at], err = newShelf(at); err != nil {
				return nil, err
			}
		}
		if _, single := byPath[at].(*book); single {
			y.folders = false
		}
		y.kinds = append(y.kinds, kind)
		y.shelves[kind] = byPath[at]
	}
	return y, nil
}

// locate finds a kind's collection below the configured path.
func (y *cards) locate(path string, kind contact.Kind, spec contact.Collection) (string, error) {
	switch {
	case spec.ID != "" || spec.Marker != "" || spec.Changed != "":
		return "", contact.Fail(contact.Setup, "%s: cards have names of their own, so the %s row needs no id, marker or changed", y.settings.Name, kind)
	case spec.Name == "" || spec.Name == filepath.Base(path):
		return path, nil
	case !filepath.IsLocal(spec.Name):
		return "", contact.Fail(contact.Setup, "collection %s of the %s row does not lie in %s", spec.Name, kind, path)
	}
	return filepath.Join(path, spec.Name), nil
}

// newShelf tells a single file from a folder: by what is there, else by its
// name.
func newShelf(path string) (shelf, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return newFolder(path), nil
	case err == nil, os.IsNotExist(err) && strings.EqualFold(filepath.Ext(path), cardSuffix):
		return newBook(path), nil
	case os.IsNotExist(err):
		return newFolder(path), nil
	}
	return nil, failed("open", err)
}

// newUID makes the identity of a new card: a random UUID (RFC 9562, section
// 5.4).
func newUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

func (y *cards) Abilities() connector.Abilities {
	can := connector.Abilities{
		Kinds: slices.Clone(y.kinds), ReadOnly: y.settings.ReadOnly, Lists: slices.Clone(contact.Families), Marker: true, Marks: true, UIDs: true,
		VersionIsContent: true, Locks: true, Skew: -1, Parallel: cardWriters,
	}
	if y.folders {
		// A file that is not in its folder is proof; one that is not in a file of
		// many may only not have been written yet.
		can.DeletesVisible = true
	} else {
		can.CompareAlways, can.Confirm = true, time.Minute
	}
	return can
}

func (y *cards) Places(context.Context) ([]string, error) {
	if y.closed.Load() {
		return nil, isClosed(y.settings.Name)
	}
	return []string{""}, nil
}

func (y *cards) Open(_ context.Context, place string) (connector.Connector, error) {
	if y.closed.Load() {
		return nil, isClosed(y.settings.Name)
	}
	if place != "" {
		return nil, contact.Fail(contact.Setup, "%s: files have no place %q", y.settings.Name, place)
	}
	for _, kind := range y.kinds {
		if err := y.shelves[kind].exists(); err != nil {
			return nil, err
		}
	}
	c := &cardConn{y}
	return connector.With(c, c, c, c), nil
}

// Close waits for the writes that have been begun.
func (y *cards) Close() error {
	y.closed.Store(true)
	for _, s := range y.shelves {
		s.finish()
	}
	return nil
}

// of returns the shelf of a kind.
func (y *cards) of(kind contact.Kind) (shelf, showing, error) {
	if y.closed.Load() {
		return nil, showing{}, isClosed(y.settings.Name)
	}
	s := y.shelves[kind]
	if s == nil {
		return nil, showing{}, contact.Fail(contact.Setup, "%s: no row names cards for %s records", y.settings.Name, kind)
	}
	return s, showing{kind, y.settings.Fields[kind]}, nil
}

// record makes a record of a card; ok is false where it is of another kind.
func (s showing) record(c *shelved) (r contact.Record, ok bool) {
	if c.kind != s.kind || c.card == nil {
		return r, false
	}
	r, ok = card.Read(c.card, s.fields)
	r.ID, r.Version = c.id, c.version
	return r, ok
}

// missing are the mapped names that no card knows.
func (s showing) missing() []string {
	return slices.DeleteFunc(slices.Clone(s.fields), card.Known)
}

// hidden is the record of a card that is there and cannot be read.
func (s showing) hidden(id string) contact.Record {
	return contact.Record{Kind: s.kind, ID: id, Gone: contact.Hidden}
}

// shelve reads the text of a card. What is no card is broken.
func shelve(id string, text []byte) (*shelved, error) {
	c, err := vcard.Parse(text)
	if err != nil {
		return &shelved{listed: listed{id: id, broken: true}, text: text}, err
	}
	return &shelved{listed: indexed(id, c, text), text: text, card: c}, nil
}

func indexed(id string, c *vcard.Card, text []byte) listed {
	kind, marker, _ := card.Who(c)
	return listed{id: id, version: versionOf(text), kind: kind, marker: marker}
}

// versionOf is the hash of a card as it stands in its file.
func versionOf(text []byte) string {
	h := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(h[:12])
}

// malformedCard says what is wrong with a card: where, and never what it says.
func malformedCard(name string, err error) error {
	var wrong *vcard.Error
	if errors.As(err, &wrong) {
		return contact.Fail(contact.Malformed, "%s, line %d: %s", name, wrong.Line, wrong.Reason)
	}
	return failed("read "+name, err)
}

// noCard names a card that is not there without saying whose it is.
func noCard(where string) error {
	return contact.Fail(contact.NotFound, "%s has no such card", where)
}

// refuseBroken refuses to write a card that cannot be read.
func refuseBroken(where string, err error) error {
	return connector.Refuse(contact.Because(contact.CodeRefused, where, err.Error()), "%s: a card that cannot be read is not written: %w", where, err)
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
