// Package file keeps records in files. CSV files (RFC 4180) hold a record in
// each row: a directory with a file for each kind, or a single file. vCards (RFC
// 2426, RFC 6350) stand in a folder with a file for each, or all in one file. A
// file is believed only as a whole, so that one that is half written never looks
// like deletions; it is replaced atomically, and whatever a change does not
// touch stays byte for byte.
package file

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/spelling"
)

// The formats of files.
const (
	FormatCSV   = "csv"
	FormatVCard = "vcard"
)

// IsVCard reports whether a system with these keys keeps vCards: they map, list
// and mark by themselves.
func IsVCard(keys map[string]string) bool {
	return keys["format"] == FormatVCard || keys["format"] == "" && strings.EqualFold(filepath.Ext(keys["path"]), cardSuffix)
}

// Keys describes the configuration of the kind.
var Keys = []connector.Key{
	{Name: "path", Doc: "The directory in which each collection is a file (with vCards also a folder of them), or a single file.", Required: true},
	{Name: "format", Doc: "What the files are. By default vcard where the path ends in .vcf, else csv.", Values: []string{FormatCSV, FormatVCard}},
	{Name: "delimiter", Doc: "The character between two columns: one of , ; | tab, or any other ASCII character. By default it is found in the first line."},
	{Name: "encoding", Doc: "The character encoding by its IANA name: utf-8, windows-1252, utf-16 … By default the byte order mark decides, else what is valid UTF-8 is UTF-8 and anything else windows-1252. A file that is neither by the look of it (UTF-8 but for some lines, or letters where only DOS or an old Mac has them) is refused with the line."},
}

const (
	maxFile    = 1 << 30  // bytes
	maxRow     = 16 << 20 // bytes
	maxField   = 1 << 20  // bytes
	maxColumns = 1000
	writers    = 64 // writes that may be collected into one replacement
)

// system is one directory or file.
type system struct {
	settings    connector.Settings
	kinds       []contact.Kind
	collections map[contact.Kind]*collection
	closed      atomic.Bool
}

// collection is the file of one kind.
type collection struct {
	spec   contact.Collection
	kind   contact.Kind
	path   string
	mapped []string
	format format
	page   int // rows of a page
	env    environment
	source watched[*snapshot]
	queue  queue[*draft]
}

// Open opens a directory or file as a system. The settings are checked here,
// the files when a place is opened.
func Open(settings connector.Settings) (connector.System, error) {
	path := settings.Keys["path"]
	if path == "" {
		return nil, contact.Fail(contact.Setup, "%s: the key path is missing", settings.Name)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, contact.Fail(contact.Setup, "%s: %w", settings.Name, err)
	}
	if IsVCard(settings.Keys) {
		return openCards(settings, path)
	}
	format, err := parseFormat(settings.Keys["delimiter"], settings.Keys["encoding"])
	if err != nil {
		return nil, contact.Fail(contact.Setup, "%s: %w", settings.Name, err)
	}
	y := &system{settings: settings, collections: map[contact.Kind]*collection{}}
	for _, kind := range contact.Kinds {
		spec, ok := settings.Collections[kind]
		if !ok {
			continue
		}
		if spec.ID == "" {
			return nil, contact.Fail(contact.Setup, "%s: the %s row names no id column", settings.Name, kind)
		}
		c := &collection{
			spec: spec, kind: kind, path: path, mapped: settings.Fields[kind], format: format, page: 1000,
			env: newEnvironment(),
		}
		if err := c.locate(); err != nil {
			return nil, err
		}
		c.queue.name, c.queue.commit = c.name(), c.commit
		c.source.path, c.source.name, c.source.env = c.path, c.name(), &c.env
		c.source.scan, c.source.absent = c.scan, c.exists
		y.kinds = append(y.kinds, kind)
		y.collections[kind] = c
	}
	return y, nil
}

func (y *system) Abilities() connector.Abilities {
	marker := false
	for _, c := range y.collections {
		marker = marker || c.spec.Marker != ""
	}
	return connector.Abilities{
		Kinds: slices.Clone(y.kinds), ReadOnly: y.settings.ReadOnly, Marker: marker,
		CompareAlways: true, VersionIsContent: true, Locks: true,
		Confirm: time.Minute, Skew: -1, Parallel: writers,
	}
}

func (y *system) Places(context.Context) ([]string, error) {
	if y.closed.Load() {
		return nil, isClosed(y.settings.Name)
	}
	return []string{""}, nil
}

func isClosed(system string) error {
	return contact.Fail(contact.Unreachable, "%s: the system is closed", system)
}

// Open looks for the files and their columns of keys and markers.
func (y *system) Open(ctx context.Context, place string) (connector.Connector, error) {
	if y.closed.Load() {
		return nil, isClosed(y.settings.Name)
	}
	if place != "" {
		return nil, contact.Fail(contact.Setup, "%s: files have no place %q", y.settings.Name, place)
	}
	marked := false
	for _, kind := range y.kinds {
		c := y.collections[kind]
		if err := c.exists(); err != nil {
			return nil, err
		}
		marked = marked || c.spec.Marker != ""
	}
	c := &conn{system: y}
	if !marked {
		return connector.With(c, c, c, nil), nil
	}
	return connector.With(c, c, c, c), nil
}

// Close waits for the writes that have been begun.
func (y *system) Close() error {
	y.closed.Store(true)
	for _, c := range y.collections {
		c.queue.workers.Wait()
	}
	return nil
}

// name is the file's name as messages show it.
func (c *collection) name() string { return filepath.Base(c.path) }

// locate finds the collection's file below the configured path, which is a
// directory or the file itself.
func (c *collection) locate() error {
	info, err := os.Stat(c.path)
	single := err == nil && !info.IsDir() || err != nil && filepath.Ext(c.path) != ""
	switch {
	case single && (c.spec.Name == "" || c.spec.Name == c.name()):
		return nil
	case single:
		return contact.Fail(contact.Setup, "path %s is a file, so the %s row cannot name the collection %s", c.path, c.kind, c.spec.Name)
	case c.spec.Name == "":
		return contact.Fail(contact.Setup, "the %s row names no collection: which file of %s?", c.kind, c.path)
	case !filepath.IsLocal(c.spec.Name):
		return contact.Fail(contact.Setup, "collection %s of the %s row does not lie in %s", c.spec.Name, c.kind, c.path)
	}
	c.path = filepath.Join(c.path, c.spec.Name)
	return nil
}

// exists fails with the nearest name where the file or its directory is not
// there.
func (c *collection) exists() error {
	info, err := os.Stat(c.path)
	if err == nil && info.Mode().IsRegular() {
		return nil
	}
	if err == nil {
		return contact.Fail(contact.Setup, "%s is no file", c.path)
	}
	if !os.IsNotExist(err) {
		return failed("open", err)
	}
	return absent(c.path)
}

// absent says that a file is not there, with the nearest name that is.
func absent(path string) error {
	missing := path
	for {
		dir := filepath.Dir(missing)
		entries, err := os.ReadDir(dir)
		if os.IsNotExist(err) && dir != missing {
			missing = dir
			continue
		}
		var names []string
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") && !strings.HasSuffix(e.Name(), lockSuffix) {
				names = append(names, e.Name())
			}
		}
		return contact.Fail(contact.Setup, "%s is not there%s", missing, spelling.Hint(filepath.Base(missing), names))
	}
}

// failed gives an error of the operating system its class.
func failed(doing string, err error) error {
	class := contact.Unreachable
	switch {
	case os.IsPermission(err):
		class = contact.Forbidden
	case os.IsNotExist(err):
		class = contact.Setup
	}
	return contact.Fail(class, "%s: %w", doing, err)
}

// malformed refuses a whole file because of one of its lines.
func (c *collection) malformed(line int, format string, args ...any) error {
	return contact.Fail(contact.Malformed, "%s, line %d: %s", c.name(), line, fmt.Sprintf(format, args...))
}
