package engine

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// TestRandomCardHistories lets users work in a CRM and in an address book on a
// server with quirks drawn at random, while requests fail in every way a server
// has, tokens are lost and the process restarts. Nobody edits the same person on
// both sides between two rests, so what both sides have to show is known.
func TestRandomCardHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := beginCards(t)
		for range rapid.IntRange(1, 4).Draw(t, "epochs") {
			h.epoch()
		}
	})
}

// cardHistory is one run of the property.
type cardHistory struct {
	t      *rapid.T
	w      *world
	people []string          // mail addresses of all who ever were
	lines  map[string]string // what both sides have to show, by mail address
	typed  int
	gone   int
}

func beginCards(t *rapid.T) *cardHistory {
	slots := []string{"name.given", "name.family", workMail, "title", "note"}
	policies := []contact.Policy{
		both("crm", contact.Person, []string{"crm"}, slots...),
		inCards(both("book", contact.Person, []string{"crm"}, slots...)),
	}
	for i := range policies {
		policies[i].Gives.Deletes, policies[i].Takes.Removal.How = contact.GoneSpread, contact.RemovalDelete
	}
	soft := pick(t, "server", sim.Plain, sim.Radicale, sim.Xandikos, sim.DAViCal, sim.SOGo)()
	drawQuirks(t, &soft.Quirks)
	h := &cardHistory{t: t, lines: map[string]string{}}
	h.w = newWorldWith(t, file(t), nil, map[string]*addressBook{"book": newAddressBook(t, soft)}, policies...)
	for range 6 {
		h.add(pick(t, "first place", "crm", "book"))
	}
	h.rest()
	return h
}

// drawQuirks throws some switches.
func drawQuirks(t *rapid.T, q *sim.Quirks) {
	flip := func(label string, switches ...*bool) {
		for _, s := range switches {
			*s = *s || pick(t, label, false, false, true)
		}
	}
	flip("writing", &q.NoETagOnPut, &q.IgnoreIfMatchOnDelete)
	flip("reading", &q.MultigetOmitsMissing, &q.RawHrefs, &q.QueryFails, &q.MissingAs207, &q.NoNotModified)
	flip("sync", &q.InitialRemoved, &q.StatusAndPropstat, &q.SyncRepeats, &q.SyncStrangers, &q.SyncBackwards)
	if q.Tokens != sim.TokenSeconds {
		q.SyncPage = pick(t, "page", 0, 0, 2)
	}
	q.UnknownToken = pick(t, "unknown token", q.UnknownToken, 403, 500, 207)
	q.Hrefs = pick(t, "hrefs", q.Hrefs, sim.HrefsLower, sim.HrefsAbsolute)
	// Counters need sync-collection: a listing cannot show that a card was made
	// anew under the ETag it had.
	if q.NoSync = pick(t, "no sync", false, false, false, true); !q.NoSync {
		q.ETags = pick(t, "etags", q.ETags, sim.ETagCounter)
	} else {
		q.ETags = sim.ETagHash
	}
	if pick(t, "multiget fails", false, false, false, true) {
		q.MultigetStatus = 501
	}
}

// word is a value nobody has typed before.
func (h *cardHistory) word() string {
	h.typed++
	return fmt.Sprint("typed ", h.typed)
}

func (h *cardHistory) add(place string) {
	n := len(h.people)
	mail, title := fmt.Sprintf("p%d@berg.example", n), h.word()
	h.w.add(place, contact.Person, "name.given", "Anna", "name.family", surnames[n%len(surnames)], workMail, mail, "title", title)
	h.people = append(h.people, mail)
	h.lines[mail] = h.line(n, title, "")
}

func (h *cardHistory) line(n int, title, note string) string {
	line := fmt.Sprintf("email.work=p%d@berg.example name.family=%s name.given=Anna", n, surnames[n%len(surnames)])
	if note != "" {
		line += " note=" + note
	}
	if title != "" {
		line += " title=" + title
	}
	return line
}

// epoch is what happens between two rests.
func (h *cardHistory) epoch() {
	sides := map[string]string{}
	h.trouble()
	for range rapid.IntRange(2, 8).Draw(h.t, "steps") {
		switch pick(h.t, "step", "edit", "edit", "edit", "add", "delete", "sync", "sync", "restart", "forget", "calm") {
		case "add":
			if len(h.people) < 20 {
				h.add(pick(h.t, "place", "crm", "book"))
				sides[h.people[len(h.people)-1]] = "new"
			}
		case "edit":
			h.edit(sides)
		case "delete":
			h.delete(sides)
		case "sync":
			h.w.sync()
		case "restart":
			h.w.restart()
		case "forget":
			h.w.books["book"].ForgetTokens()
		case "calm":
			h.w.books["book"].Inject(nil)
		}
	}
	h.rest()
}

// whose chooses a person who is there, and the side on which this epoch may
// change them. New ones are left alone: they are on one side only.
func (h *cardHistory) whose(sides map[string]string) (mail, place string) {
	var there []string
	for mail := range h.lines {
		if sides[mail] != "new" && sides[mail] != "gone" {
			there = append(there, mail)
		}
	}
	if len(there) == 0 {
		return "", ""
	}
	slices.Sort(there)
	mail = rapid.SampledFrom(there).Draw(h.t, "person")
	if sides[mail] == "" {
		sides[mail] = pick(h.t, "place", "crm", "book")
	}
	return mail, sides[mail]
}

func (h *cardHistory) edit(sides map[string]string) {
	mail, place := h.whose(sides)
	if mail == "" {
		return
	}
	title, note := h.word(), pick(h.t, "note", "", "a note", "zwei\nZeilen; mit, Zeichen")
	h.w.edit(place, contact.Person, h.w.find(place, mail), "title", title, "note", note)
	h.lines[mail] = h.line(slices.Index(h.people, mail), title, note)
}

func (h *cardHistory) delete(sides map[string]string) {
	mail, place := h.whose(sides)
	if mail == "" || h.gone == 4 || len(h.lines) < 5 {
		return
	}
	h.gone++
	h.w.delete(place, contact.Person, h.w.find(place, mail))
	delete(h.lines, mail)
	sides[mail] = "gone"
}

// trouble makes some requests of the epoch go wrong.
func (h *cardHistory) trouble() {
	faults := map[int]sim.Fault{}
	for range rapid.IntRange(0, 4).Draw(h.t, "faults") {
		faults[rapid.IntRange(1, 40).Draw(h.t, "request")] = pick(h.t, "fault",
			sim.Fault{Drop: true}, sim.Fault{Lost: true}, sim.Fault{LateCalls: 1}, sim.Fault{LateCalls: 9}, sim.Fault{LateFor: time.Hour},
			sim.Fault{Status: 500}, sim.Fault{Status: 502}, sim.Fault{Status: 503}, sim.Fault{Status: 429, RetryAfter: "30"},
			sim.Fault{Status: 404}, sim.Fault{Status: 403}, sim.Fault{Status: 412}, sim.Fault{LoginPage: true}, sim.Fault{Cut: 150})
	}
	var mu sync.Mutex
	n := 0
	h.w.books["book"].Inject(func(sim.Request) sim.Fault {
		mu.Lock()
		defer mu.Unlock()
		n++
		return faults[n]
	})
}

// rest heals everything and checks what both sides show.
func (h *cardHistory) rest() {
	h.w.healBooks()
	for range 3 {
		h.w.now = h.w.now.Add(25 * time.Hour) // all waits are over, and all brakes forget
		h.w.rest()
	}
	var want []string
	for _, line := range h.lines {
		want = append(want, line)
	}
	slices.Sort(want)
	faults := h.w.want(contact.Person, want, "crm", "book")
	faults = append(faults, h.w.oneToOne()...)
	faults = append(faults, h.w.stillQuiet()...)
	if len(faults) > 0 {
		open, _ := h.w.store.OpenReviews(h.w.ctx, "", nil)
		for _, line := range h.w.books["book"].Log() {
			h.t.Log(line)
		}
		h.t.Fatalf("%v\nopen: %+v", faults, open)
	}
}
