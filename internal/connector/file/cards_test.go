package file

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// writeOld writes a file as if it had been there for long.
func writeOld(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	age(t, path)
}

func age(t testing.TB, path string) {
	t.Helper()
	old := time.Now().Add(-time.Hour).Truncate(time.Microsecond)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
}

// touchAll changes the bytes of a file or of all files of a folder, and nothing
// that they say.
func touchAll(t testing.TB, path string) {
	t.Helper()
	names := []string{path}
	if filepath.Ext(path) == "" {
		var err error
		if names, err = filepath.Glob(filepath.Join(path, "*.vcf")); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, append(raw, "\r\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// team is a system of vCards with one place.
type team struct {
	connector.Connector
	*testing.T
	y    *cards
	path string
}

func openTeam(t *testing.T, path string, kinds ...contact.Kind) *team {
	t.Helper()
	settings := connector.Settings{
		Name: "team", Keys: map[string]string{"path": path, "format": FormatVCard},
		Collections: map[contact.Kind]contact.Collection{}, Fields: map[contact.Kind][]string{},
	}
	if kinds == nil {
		kinds = []contact.Kind{contact.Person}
	}
	for _, kind := range kinds {
		settings.Collections[kind], settings.Fields[kind] = contact.Collection{}, []string{"FN", "NOTE"}
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
	switch s := y.(*cards).shelves[kinds[0]].(type) {
	case *folder:
		s.env.patience = 0
	case *book:
		s.env.patience = 0
	}
	return &team{c, t, y.(*cards), path}
}

func (o *team) folder() *folder { return o.y.shelves[contact.Person].(*folder) }

// shown pulls everything from a cursor and gives what each record is called, or
// how it went.
func (o *team) shown(kind contact.Kind, cursor string) (map[string]string, connector.Page) {
	o.Helper()
	shown := map[string]string{}
	for {
		page, err := o.Pull(o.Context(), kind, cursor)
		if err != nil {
			o.Fatal(err)
		}
		for _, r := range page.Records {
			shown[r.ID] = r.Fields["FN"] + string(r.Gone)
		}
		if cursor = page.Next; !page.More {
			return shown, page
		}
	}
}

func (o *team) shows(what string, kind contact.Kind, cursor string, want map[string]string) connector.Page {
	o.Helper()
	got, page := o.shown(kind, cursor)
	if !maps.Equal(got, want) {
		o.Errorf("%s: %v, want %v", what, got, want)
	}
	return page
}

func (o *team) put(id string, fields contact.Fields) (contact.Record, error) {
	return o.Put(o.Context(), contact.Record{Kind: contact.Person, ID: id, Values: contact.Values{Fields: fields}})
}

func vcf(lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

func newTeam(t *testing.T, cards map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range cards {
		writeOld(t, filepath.Join(dir, name), text)
	}
	return dir
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Each kind shows its own cards; groups are nobody, and what is no card file is
// nobody's business.
func TestWhatAFolderShows(t *testing.T) {
	dir := newTeam(t, map[string]string{
		"ann.vcf": vcf("FN:Ann"), "acme.VCF": vcf("FN:Acme", "X-ABShowAs:COMPANY"), "friends.vcf": vcf("FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group"),
		".hidden.vcf": vcf("FN:Hidden"), "notes.txt": "no card", ".kith-1.tmp": vcf("FN:Left behind"),
	})
	if err := os.Mkdir(filepath.Join(dir, "sub.vcf"), 0o755); err != nil {
		t.Fatal(err)
	}
	o := openTeam(t, dir, contact.Kinds...)
	o.shows("persons", contact.Person, "", map[string]string{"ann.vcf": "Ann"})
	o.shows("companies", contact.Company, "", map[string]string{"acme.VCF": "Acme"})
	for _, name := range []string{".hidden.vcf", "notes.txt", "../" + filepath.Base(dir) + "/ann.vcf", "sub.vcf", "friends.vcf", "acme.VCF", ""} {
		_, err := o.Get(t.Context(), contact.Person, name)
		if name == "sub.vcf" && contact.ClassOf(err) != "" {
			continue // a folder cannot be read as a card
		}
		isClass(t, "get "+name, err, contact.NotFound)
	}
}

// A card that cannot be read is there, so that nobody takes it for deleted; it
// comes back when it is mended, and is never written.
func TestABrokenCardIsNoDeletion(t *testing.T) {
	dir := newTeam(t, map[string]string{"ann.vcf": vcf("FN:Ann"), "bob.vcf": vcf("FN:Bob")})
	o := openTeam(t, dir)
	page := o.shows("whole", contact.Person, "", map[string]string{"ann.vcf": "Ann", "bob.vcf": "Bob"})
	for _, broken := range []string{"", "BEGIN:VCARD\r\nFN:B", vcf("FN:Bob") + vcf("FN:Bob"), "gibberish", strings.Repeat("x", int(maxCard)+1)} {
		writeOld(t, filepath.Join(dir, "bob.vcf"), broken)
		page = o.shows("broken, to us", contact.Person, page.Next, map[string]string{"bob.vcf": "hidden"})
		openTeam(t, dir).shows("broken, to another process", contact.Person, page.Next, map[string]string{})
		openTeam(t, dir).shows("broken, listed", contact.Person, "", map[string]string{"ann.vcf": "Ann", "bob.vcf": "hidden"})
		if r, err := o.Get(t.Context(), contact.Person, "bob.vcf"); err != nil || r.Gone != contact.Hidden {
			t.Errorf("get: %+v, %v", r, err)
		}
		_, err := o.put("bob.vcf", contact.Fields{"FN": "Robert"})
		isClass(t, "put on a broken card", err, contact.Refused)
		isClass(t, "remove of a broken card", o.Remove(t.Context(), contact.Person, "bob.vcf", ""), contact.Refused)
		var listed []string
		if err := o.Connector.(connector.Lister).List(t.Context(), contact.Person, func(id, _ string) error { listed = append(listed, id); return nil }); err != nil || len(listed) != 2 {
			t.Errorf("list: %q, %v", listed, err)
		}
		steps, err := o.y.Check(t.Context(), "")
		if err != nil || len(steps) != 1 || steps[0].Found != "1 person, 1 file that cannot be read: bob.vcf" {
			t.Errorf("checked as %+v, %v", steps, err)
		}
		writeOld(t, filepath.Join(dir, "bob.vcf"), vcf("FN:Bob"))
		page = o.shows("mended", contact.Person, page.Next, map[string]string{"bob.vcf": "Bob"})
	}
}

// A young file that is no card is still being written: nothing of the place is
// believed until it is done.
func TestAHalfWrittenCardIsWaitedFor(t *testing.T) {
	dir := newTeam(t, map[string]string{"ann.vcf": vcf("FN:Ann")})
	o := openTeam(t, dir)
	page := o.shows("whole", contact.Person, "", map[string]string{"ann.vcf": "Ann"})
	if err := os.WriteFile(filepath.Join(dir, "ann.vcf"), []byte("BEGIN:VCARD\r\nVERS"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, cursor := range []string{"", page.Next} {
		_, err := o.Pull(t.Context(), contact.Person, cursor)
		isClass(t, "pull", err, contact.Unreachable)
	}
	_, err := o.Get(t.Context(), contact.Person, "ann.vcf")
	isClass(t, "get", err, contact.Unreachable)
}

// Files whose size, time and number are as they were are not read again: not
// even one that was forged to look so.
func TestOldFilesAreReadOnce(t *testing.T) {
	dir := newTeam(t, map[string]string{"ann.vcf": vcf("FN:Ann"), "bob.vcf": vcf("FN:Bob")})
	o := openTeam(t, dir)
	_, page := o.shown(contact.Person, "")
	name := filepath.Join(dir, "ann.vcf")
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(vcf("FN:Eve")), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	again, err := openTeam(t, dir).Pull(t.Context(), contact.Person, page.Next)
	if err != nil || again.Full || len(again.Records) != 0 {
		t.Errorf("another process reads %d records of what has not changed (complete: %t), %v", len(again.Records), again.Full, err)
	}
	writeOld(t, filepath.Join(dir, "bob.vcf"), vcf("FN:Robert"))
	o.shows("one has changed", contact.Person, page.Next, map[string]string{"bob.vcf": "Robert"})
}

// A change that leaves size and time as they were is seen while the file is
// young, by us and by another process.
func TestAYoungCardIsTrustedByItsContent(t *testing.T) {
	dir := newTeam(t, map[string]string{"old.vcf": vcf("FN:Old")})
	name := filepath.Join(dir, "ann.vcf")
	if err := os.WriteFile(name, []byte(vcf("FN:Ann")), 0o644); err != nil {
		t.Fatal(err)
	}
	o := openTeam(t, dir)
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	page := o.shows("first", contact.Person, "", map[string]string{"ann.vcf": "Ann", "old.vcf": "Old"})
	if err := os.WriteFile(name, []byte(vcf("FN:Eve")), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	openTeam(t, dir).shows("another process", contact.Person, page.Next, map[string]string{"ann.vcf": "Eve", "old.vcf": "Old"})
	o.shows("we", contact.Person, page.Next, map[string]string{"ann.vcf": "Eve"})
}

func TestAFolderTellsOfDeletionsAndOfChangedKinds(t *testing.T) {
	dir := newTeam(t, map[string]string{"ann.vcf": vcf("FN:Ann"), "bob.vcf": vcf("FN:Bob"), "cy.vcf": vcf("FN:Cy")})
	o := openTeam(t, dir, contact.Kinds...)
	persons := o.shows("persons", contact.Person, "", map[string]string{"ann.vcf": "Ann", "bob.vcf": "Bob", "cy.vcf": "Cy"})
	companies := o.shows("companies", contact.Company, "", map[string]string{})
	if err := os.Remove(filepath.Join(dir, "ann.vcf")); err != nil {
		t.Fatal(err)
	}
	writeOld(t, filepath.Join(dir, "bob.vcf"), vcf("FN:Bob Inc", "X-ABShowAs:COMPANY"))
	persons = o.shows("persons", contact.Person, persons.Next, map[string]string{"ann.vcf": "deleted", "bob.vcf": "deleted"})
	o.shows("companies", contact.Company, companies.Next, map[string]string{"bob.vcf": "Bob Inc"})
	writeOld(t, filepath.Join(dir, "ann.vcf"), vcf("FN:Ann"))
	o.shows("back again", contact.Person, persons.Next, map[string]string{"ann.vcf": "Ann"})
}

// What changed between two pages of a listing comes to light after it.
func TestAChangeWithinAListingIsSeenAfterIt(t *testing.T) {
	dir := newTeam(t, map[string]string{"a.vcf": vcf("FN:A"), "b.vcf": vcf("FN:B"), "c.vcf": vcf("FN:C")})
	for _, restart := range []bool{false, true} {
		o := openTeam(t, dir)
		o.folder().page = 2
		first, err := o.Pull(t.Context(), contact.Person, "")
		if err != nil || !first.More {
			t.Fatal(first, err)
		}
		writeOld(t, filepath.Join(dir, "a.vcf"), vcf(fmt.Sprint("FN:A changed ", restart)))
		o.folder().known = map[string]*kept{}
		if restart {
			o = openTeam(t, dir)
		}
		_, last := o.shown(contact.Person, first.Next)
		got, _ := o.shown(contact.Person, last.Next)
		if got["a.vcf"] != fmt.Sprint("A changed ", restart) {
			t.Errorf("restart %t: then shows %v", restart, got)
		}
	}
}

func TestNewCardsAreCalledByTheirUID(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	o := openTeam(t, dir)
	for uid, want := range map[string]string{
		"4fa2-ÅÄÖ": "", "../../etc/passwd": "", ".hidden": "", strings.Repeat("x", 300): "", "a b": "",
		"urn:uuid:1": "", "known@acme.example": "known@acme.example.vcf",
	} {
		r, err := o.Put(t.Context(), contact.Record{Kind: contact.Person, UID: uid, Values: contact.Values{Fields: contact.Fields{"FN": "Ann"}}})
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = fileName(uid) + ".vcf"
			if len(fileName(uid)) != 32 {
				t.Errorf("%q makes the name %q", uid, want)
			}
		}
		if r.ID != want || r.UID != uid || !strings.Contains(content(t, dir, r.ID), "FN:Ann") {
			t.Errorf("%q: %q with the UID %q", uid, r.ID, r.UID)
		}
		if info, err := os.Stat(filepath.Join(dir, r.ID)); err != nil || info.Mode() != 0o640 {
			t.Errorf("%v has the rights %v", err, info.Mode())
		}
		again, err := o.Put(t.Context(), contact.Record{Kind: contact.Person, UID: uid, Values: contact.Values{Fields: contact.Fields{"FN": "Bob"}}})
		if err != nil || again.ID == r.ID || !strings.Contains(content(t, dir, r.ID), "FN:Ann") {
			t.Errorf("%q: a second card in %q, %v", uid, again.ID, err)
		}
	}
	r, err := o.put("", contact.Fields{"FN": "Ann"})
	if err != nil || len(r.UID) != 36 || r.ID != r.UID+".vcf" {
		t.Errorf("without a UID: %q, %q, %v", r.ID, r.UID, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".kith-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// Only the line changes; rights and links stay; a put of what is there writes
// nothing.
func TestACardIsReplacedWithCare(t *testing.T) {
	text := "BEGIN:VCARD\nVERSION:2.1\nX-OTHER;P=\"a\":kept\nFN:Ann\nNOTE;QUOTED-PRINTABLE:=C3=\n=85\nEND:VCARD\n\n"
	dir, elsewhere := newTeam(t, nil), t.TempDir()
	target := filepath.Join(elsewhere, "real.vcf")
	writeOld(t, target, text)
	if err := os.Chmod(target, 0o604); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(dir, "ann.vcf")); err != nil {
		t.Fatal(err)
	}
	o := openTeam(t, dir)
	before, err := os.Stat(target)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.put("ann.vcf", contact.Fields{"FN": "Ann"}); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(target)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("a put of what is there wrote the file, %v", err)
	}
	if _, err := o.put("ann.vcf", contact.Fields{"FN": "Anna"}); err != nil {
		t.Fatal(err)
	}
	if got, want := content(t, target), strings.Replace(text, "FN:Ann", "FN:Anna", 1); got != want {
		t.Errorf("%q", got)
	}
	if info, err := os.Lstat(filepath.Join(dir, "ann.vcf")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone, %v", err)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o604 {
		t.Errorf("the rights became %v, %v", info.Mode(), err)
	}
}

// Somebody who writes between our look and our rename keeps what he wrote.
func TestNobodysCardIsOverwritten(t *testing.T) {
	dir := newTeam(t, map[string]string{"ann.vcf": vcf("FN:Ann"), "bob.vcf": vcf("FN:Bob")})
	o := openTeam(t, dir)
	o.folder().env.replacing = func(path string) {
		if strings.HasSuffix(path, "ann.vcf") || strings.HasSuffix(path, "new.vcf") {
			writeOld(t, path, vcf("FN:Somebody else's"))
		}
	}
	_, err := o.put("ann.vcf", contact.Fields{"FN": "Anna"})
	isClass(t, "update", err, contact.Conflicting)
	isClass(t, "remove", o.Remove(t.Context(), contact.Person, "ann.vcf", ""), contact.Conflicting)
	_, err = o.Put(t.Context(), contact.Record{Kind: contact.Person, UID: "new", Values: contact.Values{Fields: contact.Fields{"FN": "New"}}})
	isClass(t, "create", err, contact.Conflicting)
	for _, name := range []string{"ann.vcf", "new.vcf"} {
		if got := content(t, dir, name); got != vcf("FN:Somebody else's") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if _, err := o.put("bob.vcf", contact.Fields{"FN": "Robert"}); err != nil {
		t.Error(err)
	}
}

func TestALockedFolderIsLeftAlone(t *testing.T) {
	dir := newTeam(t, map[string]string{"ann.vcf": vcf("FN:Ann")})
	o := openTeam(t, dir)
	env := newEnvironment()
	unlock, err := env.lock(filepath.Join(dir, folderLock), "it")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.put("ann.vcf", contact.Fields{"FN": "Anna"})
	isClass(t, "put", err, contact.Held)
	unlock()
	if _, err := o.put("ann.vcf", contact.Fields{"FN": "Anna"}); err != nil {
		t.Error(err)
	}
}

// A disk that is full, at any step, leaves every card whole.
func TestAFullDiskLeavesCardsWhole(t *testing.T) {
	dir := newTeam(t, map[string]string{"ann.vcf": vcf("FN:Ann")})
	o := openTeam(t, dir)
	o.folder().env.sync = func(*os.File) error { return syscall.ENOSPC }
	_, err := o.put("ann.vcf", contact.Fields{"FN": "Anna"})
	isClass(t, "put", err, contact.Unreachable)
	if got := content(t, dir, "ann.vcf"); got != vcf("FN:Ann") {
		t.Errorf("%q", got)
	}
	calls := 0
	o.folder().env.sync = func(*os.File) error {
		if calls++; calls > 1 {
			return syscall.EIO
		}
		return nil
	}
	_, err = o.put("ann.vcf", contact.Fields{"FN": "Anna"})
	isClass(t, "put whose directory is not durable", err, contact.Uncertain)
	if left, _ := filepath.Glob(filepath.Join(dir, ".kith-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestWhatIsWrongWithAPathOfCards(t *testing.T) {
	dir := newTeam(t, map[string]string{"contacts.vcf": "", "other": ""})
	base := func() connector.Settings {
		return connector.Settings{Name: "team", Keys: map[string]string{"path": dir, "format": FormatVCard}, Collections: map[contact.Kind]contact.Collection{contact.Person: {}}}
	}
	for what, change := range map[string]func(*connector.Settings){
		"a delimiter":              func(s *connector.Settings) { s.Keys["delimiter"] = ";" },
		"an id":                    func(s *connector.Settings) { s.Collections[contact.Person] = contact.Collection{ID: "UID"} },
		"a marker":                 func(s *connector.Settings) { s.Collections[contact.Person] = contact.Collection{Marker: "X-ID"} },
		"a collection outside":     func(s *connector.Settings) { s.Collections[contact.Person] = contact.Collection{Name: "../x"} },
		"a folder that is not":     func(s *connector.Settings) { s.Keys["path"] = dir + "/contact" },
		"a file that is not":       func(s *connector.Settings) { s.Keys["path"] = dir + "/contact.vcf" },
		"a collection that is not": func(s *connector.Settings) { s.Collections[contact.Person] = contact.Collection{Name: "contact.vcf"} },
	} {
		settings := base()
		change(&settings)
		y, err := Open(settings)
		if err == nil {
			_, err = y.Open(t.Context(), "")
		}
		isClass(t, what, err, contact.Setup)
		if strings.HasSuffix(what, "not") && !strings.Contains(err.Error(), "contacts.vcf") && what != "a folder that is not" {
			t.Errorf("%s: the nearest name is not told: %v", what, err)
		}
	}
	for keys, want := range map[[2]string]bool{
		{"x", ""}: false, {"x", "csv"}: false, {"x", "vcard"}: true, {"x.vcf", ""}: true, {"x.VCF", ""}: true, {"x.vcf", "csv"}: false, {"x.csv", ""}: false,
	} {
		if got := IsVCard(map[string]string{"path": keys[0], "format": keys[1]}); got != want {
			t.Errorf("%q: vCards %t", keys, got)
		}
	}
}
