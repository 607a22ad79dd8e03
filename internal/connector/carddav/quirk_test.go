package carddav_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/carddav"
	"kith/internal/connector/conntest"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
	"kith/internal/vcard"
)

// secret is alice's password on every simulated server; it must be in no error.
const secret = "pw-7d1f"

// simulated is a simulated server with one book, reached through the door.
type simulated struct {
	*sim.Server
	url      string // of the book
	book     *sim.Book
	settings connector.Settings
}

// simulate starts a server of some kind.
func simulate(t *testing.T, soft sim.Software) *simulated {
	t.Helper()
	soft.Quirks.Bearer = false // the door knows passwords only
	var second atomic.Int64
	start := time.Now()
	s := sim.New(sim.Options{
		Software: soft, Users: map[string]string{"alice": secret},
		// A second passes between any two looks at the clock: what happens within
		// one is tested by itself.
		Now: func() time.Time { return start.Add(time.Duration(second.Add(1)) * time.Second) },
	})
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	d := &simulated{Server: s, url: h.URL + s.Path("alice", "contacts"), book: s.Book("alice", "contacts")}
	d.settings = connector.Settings{
		Name: "team", Keys: map[string]string{"url": d.url, "user": "alice", "password": secret},
		Fields: map[contact.Kind][]string{}, Collections: map[contact.Kind]contact.Collection{}, Timeout: 20 * time.Second,
	}
	for _, kind := range contact.Kinds {
		d.settings.Fields[kind] = []string{"FN", "TITLE", "NOTE"}
		d.settings.Collections[kind] = contact.Collection{}
	}
	return d
}

// system opens the door as a process does.
func (d *simulated) system(t *testing.T) connector.System {
	t.Helper()
	y, err := carddav.Open(d.settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.Close() })
	return y
}

// open opens the book.
func (d *simulated) open(t *testing.T) connector.Connector {
	t.Helper()
	c, err := d.system(t).Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// next makes the next write go wrong once.
func (d *simulated) next(f sim.Fault) {
	var once atomic.Bool
	d.Inject(func(r sim.Request) sim.Fault {
		if r.Method != "PUT" && r.Method != "DELETE" || once.Swap(true) {
			return sim.Fault{}
		}
		return f
	})
}

// harness puts a kind of server through the conformance suite.
func harness(soft sim.Software, kind contact.Kind) conntest.Harness {
	h := conntest.Harness{
		Secrets: []string{secret},
		New: func(t *testing.T) *conntest.Place {
			d := simulate(t, soft)
			p := &conntest.Place{
				System: d.system(t), Kind: kind, Texts: []string{"FN", "TITLE", "NOTE"}, Hidden: "ROLE",
				User:   &person{book: d.book, company: kind == contact.Company},
				Reopen: func(t *testing.T) connector.System { return d.system(t) },
				Faults: conntest.Faults{
					LoseAnswer:  func() { d.next(sim.Fault{Lost: true}) },
					Race:        func(edit func()) { d.next(sim.Fault{After: edit}) },
					Down:        func() { d.Break(sim.Fault{Drop: true}) },
					RefuseLogin: func() { d.Break(sim.Fault{Status: 401}) },
					Throttle:    func() { d.Break(sim.Fault{Status: 429, RetryAfter: "3"}) },
					Hang:        func() { d.Break(sim.Fault{Hang: true}) },
				},
			}
			if !soft.Quirks.NoSync {
				p.Faults.ExpireCursors = d.ForgetTokens
			}
			return p
		},
		Bypass: map[string]string{},
	}
	if soft.Quirks.Tokens == sim.TokenSeconds {
		h.Bypass["changes since the cursor"] = "the server tells of the last second's changes again, see TestChangesOfOneSecond"
	}
	return h
}

// person is a user whose program writes whole cards.
type person struct {
	book    *sim.Book
	company bool
	made    int
}

func (p *person) Create(_ contact.Kind, set contact.Values) (string, error) {
	p.made++
	name := fmt.Sprintf("user-%d.vcf", p.made)
	c := vcard.New(fmt.Sprintf("user-%d", p.made))
	if err := c.SetCompany(p.company); err != nil {
		return "", err
	}
	return name, p.write(name, c, set)
}

func (p *person) Edit(_ contact.Kind, id string, set contact.Values) error {
	c, err := p.read(id)
	if err != nil {
		return err
	}
	return p.write(id, c, set)
}

func (p *person) Delete(_ contact.Kind, id string) error {
	if !p.book.Delete(id) {
		return errors.New("there is no such card")
	}
	return nil
}

func (p *person) Get(kind contact.Kind, id string) (contact.Record, error) {
	c, err := p.read(id)
	if err != nil {
		return contact.Record{}, err
	}
	return contact.Record{Kind: kind, ID: id, Values: contact.Values{Fields: c.Fields()}}, nil
}

func (p *person) read(name string) (*vcard.Card, error) {
	text, ok := p.book.Card(name)
	if !ok {
		return nil, errors.New("there is no such card")
	}
	return vcard.Parse([]byte(text))
}

func (p *person) write(name string, c *vcard.Card, set contact.Values) error {
	for _, field := range set.Fields.Names() {
		if err := c.SetField(field, set.Fields[field]); err != nil {
			return err
		}
	}
	p.book.Put(name, string(c.Bytes()))
	return nil
}

// noMarkers names the checks that a server cannot pass which drops properties
// it does not know.
func noMarkers(h conntest.Harness) {
	for _, name := range []string{"marker is kept and found", "marker is set and cleared", "lost answer"} {
		h.Bypass[name] = "the server drops properties it does not know, and with them the marker"
	}
}

// Every kind of server passes the suite without a setting.
func TestSuiteOnEveryPreset(t *testing.T) {
	for _, soft := range sim.Presets() {
		t.Run(soft.Name, func(t *testing.T) {
			t.Parallel()
			for _, kind := range contact.Kinds {
				t.Run(string(kind), func(t *testing.T) {
					h := harness(soft, kind)
					if soft.Name == "iCloud" || soft.Name == "Google" {
						noMarkers(h)
					}
					conntest.Run(t, h)
				})
			}
		})
	}
}

// quirks are the switches that concern what a door does, each alone.
func quirks() map[string]func(*sim.Quirks) {
	return map[string]func(*sim.Quirks){
		"ETags are counters":    func(q *sim.Quirks) { q.ETags = sim.ETagCounter },
		"no ETag on PUT":        func(q *sim.Quirks) { q.NoETagOnPut = true },
		"If-None-Match ignored": func(q *sim.Quirks) { q.IgnoreIfNoneMatch = true },
		"stale DELETE succeeds": func(q *sim.Quirks) { q.IgnoreIfMatchOnDelete = true },
		"PUT 201, DELETE 200":   func(q *sim.Quirks) { q.UpdateStatus, q.DeleteStatus = 201, 200 },
		"own hrefs":             func(q *sim.Quirks) { q.OwnHrefs = true },
		"strict cards": func(q *sim.Quirks) {
			q.RefuseGarbageWith, q.RefuseIncompleteWith, q.RefuseTwo, q.UIDFixed = 400, 400, true, true
		},
		"lax cards": func(q *sim.Quirks) {
			q.Garbage, q.Incomplete, q.AcceptSameUID = sim.GarbageStored, sim.IncompleteKept, true
		},
		"no 4.0":                     func(q *sim.Quirks) { q.Refuse40 = true },
		"text/x-vcard":               func(q *sim.Quirks) { q.ContentType = "text/x-vcard" },
		"no 304":                     func(q *sim.Quirks) { q.NoNotModified = true },
		"multiget omits missing":     func(q *sim.Quirks) { q.MultigetOmitsMissing = true },
		"multiget 404":               func(q *sim.Quirks) { q.MultigetStatus = 404 },
		"multiget 500":               func(q *sim.Quirks) { q.MultigetStatus = 500 },
		"queries fail":               func(q *sim.Quirks) { q.QueryFails = true },
		"queries find everything":    func(q *sim.Quirks) { q.QueryKnows = []string{} },
		"hrefs loose":                func(q *sim.Quirks) { q.Hrefs = sim.HrefsLoose },
		"hrefs lower":                func(q *sim.Quirks) { q.Hrefs = sim.HrefsLower },
		"hrefs absolute":             func(q *sim.Quirks) { q.Hrefs = sim.HrefsAbsolute },
		"hrefs raw":                  func(q *sim.Quirks) { q.RawHrefs = true },
		"missing is a 207":           func(q *sim.Quirks) { q.MissingAs207 = true },
		"home only on the principal": func(q *sim.Quirks) { q.NoHomeSetAbove = true },
		"other collections":          func(q *sim.Quirks) { q.Extra = []string{"inbox"} },
		"no sync":                    func(q *sim.Quirks) { q.NoSync = true },
		"no sync, no ctag":           func(q *sim.Quirks) { q.NoSync, q.NoCTag = true, true },
		"unknown token 500":          func(q *sim.Quirks) { q.UnknownToken = 500 },
		"unknown token 400":          func(q *sim.Quirks) { q.UnknownToken = 400 },
		"unknown token 409":          func(q *sim.Quirks) { q.UnknownToken = 409 },
		"unknown token 410":          func(q *sim.Quirks) { q.UnknownToken = 410 },
		"unknown token 412":          func(q *sim.Quirks) { q.UnknownToken = 412 },
		"unknown token 415":          func(q *sim.Quirks) { q.UnknownToken = 415 },
		"unknown token 501":          func(q *sim.Quirks) { q.UnknownToken = 501 },
		"unknown token lists all":    func(q *sim.Quirks) { q.UnknownToken = 207 },
		"unknown token, removed too": func(q *sim.Quirks) { q.UnknownToken, q.UnknownTokenRemoved = 207, true },
		"first listing with removed": func(q *sim.Quirks) { q.InitialRemoved = true },
		"limits lose changes":        func(q *sim.Quirks) { q.LimitLoses = true },
		"answers of two members":     func(q *sim.Quirks) { q.SyncPage = 2 },
		"status and propstat":        func(q *sim.Quirks) { q.StatusAndPropstat = true },
		"changes twice":              func(q *sim.Quirks) { q.SyncRepeats = true },
		"strangers removed":          func(q *sim.Quirks) { q.SyncStrangers = true },
		"newest first":               func(q *sim.Quirks) { q.SyncBackwards = true },
		"tokens are hashes":          func(q *sim.Quirks) { q.Tokens = sim.TokenHash },
		"tokens are numbers":         func(q *sim.Quirks) { q.Tokens = sim.TokenData },
		"tokens are seconds":         func(q *sim.Quirks) { q.Tokens, q.UnknownToken = sim.TokenSeconds, 207 },
		"HTTP/1.0":                   func(q *sim.Quirks) { q.HTTP10 = true },
		"clock ahead":                func(q *sim.Quirks) { q.Skew = 300 },
		"clock behind":               func(q *sim.Quirks) { q.Skew = -300 },
		"lines sorted":               func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.SortLines} },
		"types joined":               func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.JoinTypes} },
		"REV added":                  func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.AddREV} },
		"names shortened":            func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.ShortenNames} },
		"groups in capitals":         func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.UpperGroups, sim.UpperNames} },
		"relabelled 3.0":             func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.Relabel30} },
		"semicolons escaped":         func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.EscapeURIs, sim.EscapePictures} },
		"no last line end":           func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.NoLastLineEnd} },
		"unknown properties dropped": func(q *sim.Quirks) { q.Rewrite = []sim.Rewrite{sim.DropUnknown} },
	}
}

// Every quirk alone is handled too: no door may rest on two that come together
// by chance.
func TestSuiteOnEveryQuirk(t *testing.T) {
	for name, set := range quirks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			soft := sim.Plain()
			set(&soft.Quirks)
			h := harness(soft, contact.Person)
			if strings.HasPrefix(name, "unknown properties") {
				noMarkers(h)
			}
			h.New = unhung(h.New)
			conntest.Run(t, h)
		})
	}
}

// unhung takes away the switch after which nothing answers: that a call ends
// with its context has nothing to do with quirks, and waiting takes time.
func unhung(make func(*testing.T) *conntest.Place) func(*testing.T) *conntest.Place {
	return func(t *testing.T) *conntest.Place {
		p := make(t)
		p.Faults.Hang = nil
		return p
	}
}
