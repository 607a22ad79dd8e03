package engine

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// Random histories: users work in three places, systems fail in every way a
// memory server knows, the process restarts. In the end everything is healed,
// every question answered, and then no edit may be lost without a trace, no
// person be there twice, and no place differ from what was agreed unless its
// rules say so.

var historyPlaces = []string{"crm", "erp", "book"}

// editable are the slots users change. Every value they type is unique, so
// that it can be followed.
var editable = []string{"title", "note", "phone.mobile", "name.given"}

// surnames are nobody's likeness: what is found to be the same is so by its
// address.
var surnames = []string{
	"Abrahamsson", "Borg", "Czerny", "Dubois", "Engelhardt", "Fjellheim", "Grzyb", "Hohenlohe", "Iversen", "Jovanovic", "Kowalke", "Lundqvist",
	"Mbeki", "Nyström", "Oberhuber", "Pfister", "Quist", "Rousseau", "Svantesson", "Thibault", "Urquhart", "Vogelsang", "Wallenberg", "Yilmaz", "Zoller",
}

// TestRandomHistories goes through the same histories every time, 100 in each
// of four rounds, so that who breaks something sees it at once and nobody else
// does. `make soak` looks for new ones.
func TestRandomHistories(t *testing.T) {
	seed := flag.Lookup("rapid.seed")
	drawn := seed.Value.String()
	t.Cleanup(func() { seed.Value.Set(drawn) })
	for round := range 4 {
		if drawn == "0" && os.Getenv("KITH_TEST_SOAK") == "" {
			seed.Value.Set(strconv.Itoa(round + 1))
		}
		t.Run(fmt.Sprint(round), rapid.MakeCheck(func(t *rapid.T) {
			h := begin(t)
			for range rapid.IntRange(3, 14).Draw(t, "steps") {
				h.step()
			}
			h.end()
		}))
	}
}

// history is one run of the property.
type history struct {
	t      *rapid.T
	w      *world
	n      int // values typed so far
	people int
	typed  []*typed
	locks  map[string]bool
	lags   map[string]bool // it says that it does
	log    []string
}

// typed is a value a user has typed, and may not vanish without a word.
type typed struct {
	place, mail, slot, text string
	over                    bool // a user who saw it has put something else there, or nobody was to read it
}

func (h *history) note(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf(format, args...))
}

func pick[T any](t *rapid.T, label string, of ...T) T { return rapid.SampledFrom(of).Draw(t, label) }

func begin(t *rapid.T) *history {
	h := &history{t: t, locks: map[string]bool{}, lags: map[string]bool{}}
	lead := pick(t, "leading", []string{"crm"}, []string{"erp", "crm"}, nil)
	conflict := pick(t, "conflict", contact.ConflictLeading, contact.ConflictNewest, contact.ConflictAsk)
	match := pick(t, "match", contact.MatchStandard, contact.MatchStandard, contact.MatchStrict)
	var policies []contact.Policy
	special := map[string]memory.Options{}
	for _, place := range historyPlaces {
		a := memory.DefaultAbilities()
		a.Parallel = 1
		a.Locks = pick(t, place+" locks", true, true, false)
		h.locks[place] = a.Locks
		incremental := pick(t, place+" incremental", false, true)
		a.DeletesVisible = incremental && pick(t, place+" shows deletions", false, true)
		a.Lag = pick(t, place+" lag", 0, 90*time.Second)
		a.VersionIsContent = pick(t, place+" versions tell", true, false)
		h.lags[place] = a.Lag > 0
		special[place] = memory.Options{Abilities: a, Incremental: incremental, Page: pick(t, place+" page", 1000, 2)}
		company := both(place, contact.Company, lead, "name", "vat")
		person := both(place, contact.Person, lead, "name.given", "name.family", "email.work", "title", "note", "phone.mobile", "company", "status")
		h.draw(&person, place, conflict, match)
		company.Match = person.Match
		if person.Gives == nil {
			company.Gives = nil
		}
		policies = append(policies, company, person)
	}
	h.w = newWorldOf(t, special, policies...)
	return h
}

// draw chooses a place's rules.
func (h *history) draw(p *contact.Policy, place string, conflict contact.ConflictRule, match string) {
	t := h.t
	all := &p.Fields[0]
	all.Conflict = conflict
	all.Blanks = pick(t, place+" blanks", contact.BlanksClear, contact.BlanksKeep)
	all.Edits = pick(t, place+" edits", contact.EditsOverwrite, contact.EditsLeave)
	p.Gives.Deletes = pick(t, place+" deletes", contact.GoneIgnore, contact.GoneIfOrigin, contact.GoneSpread)
	p.Takes.Recreate = pick(t, place+" recreate", contact.RecreateNever, contact.RecreateOnChange, contact.RecreateAlways)
	p.Takes.Removal.How = pick(t, place+" removal", contact.RemovalDelete, contact.RemovalLeave, contact.RemovalMark, contact.RemovalAsk)
	p.Takes.Removal.Slot, p.Takes.Removal.Value = "status", "gone"
	if place == "book" && pick(t, "book", "gives", "follows") == "follows" {
		p.Gives = nil
	}
	if pick(t, place+" locked", false, false, true) {
		p.Locked = []string{"title"}
	}
	if pick(t, place+" watched", false, false, true) {
		p.Watched = []string{"title", "email.*"}
	}
	if pick(t, place+" skips", false, false, true) {
		p.Skip = []string{"note"}
	}
	p.Tries = 8
	p.Match = []string{match}
}

func (h *history) place() string { return pick(h.t, "place", historyPlaces...) }

func (h *history) step() {
	switch pick(h.t, "step", "add", "edit", "edit", "edit", "delete", "faults", "lag", "mapping", "pause", "restart", "sync", "sync", "sync", "sync one", "wait") {
	case "add":
		h.add()
	case "edit":
		h.edit(h.place())
	case "delete":
		h.delete()
	case "faults":
		h.faults()
	case "lag":
		place := h.place()
		// Who neither checks versions nor says that he lags cannot be written safely
		// by anybody.
		if a := h.w.servers[place]; a != nil && (h.locks[place] || h.lags[place]) {
			h.note("%s lags", place)
			a.Lag(pick(h.t, "lag of", 20*time.Second, 80*time.Second, 0))
		}
	case "mapping":
		h.mapping()
	case "pause":
		h.pause(h.place())
	case "restart":
		h.note("restart")
		h.w.restart()
	case "sync":
		h.sync()
	case "sync one":
		h.sync(h.place())
	case "wait":
		h.w.now = h.w.now.Add(10 * time.Minute)
	}
}

func (h *history) sync(places ...string) {
	h.w.now = h.w.now.Add(time.Minute)
	h.note("sync %v", places)
	rep, err := h.w.engine.Sync(h.w.ctx, SyncOptions{Cause: "test", Places: places})
	if err != nil {
		h.t.Fatalf("sync: %v", err)
	}
	for place, stop := range rep.Stops {
		h.note("  %s stopped: %s %s", place, stop.Code, strings.Join(stop.Args, ", "))
	}
}

// add makes a person at one place, or the same person at two at once. Then
// both are read before anything is written: who is made by hand in a place that
// Kith writes without having read it, is there twice by nobody's fault.
func (h *history) add() {
	places := []string{h.place()}
	if pick(h.t, "at two places", false, true) {
		if other := h.place(); other != places[0] {
			places = append(places, other)
		}
	}
	company := h.company(places)
	h.people++
	mail := fmt.Sprintf("p%d@acme.example", h.people)
	for _, place := range places {
		fields := contact.Fields{"name.given": "Eva", "name.family": surnames[h.people%len(surnames)], "email.work": mail}
		for _, slot := range editable {
			if pick(h.t, "has "+slot, true, false) {
				fields[slot] = h.value(place, mail, slot)
			}
		}
		if company[place] != "" {
			fields["company"] = company[place]
		}
		id := h.w.user(place).Create(contact.Person, contact.Values{Fields: fields})
		h.note("%s: new %s %s %v", place, mail, id, fields)
	}
	if len(places) == 2 {
		for _, place := range places {
			h.w.servers[place].Lag(0)
			h.w.servers[place].Inject(nil)
		}
		h.sync()
	}
}

// company makes a company at each place now and then, and returns its ids.
func (h *history) company(places []string) map[string]string {
	ids := map[string]string{}
	switch pick(h.t, "company", "none", "new", "old") {
	case "new":
		name := fmt.Sprint("Firm", h.people)
		for _, place := range places {
			ids[place] = h.w.user(place).Create(contact.Company, contact.Values{Fields: contact.Fields{"name": name, "vat": "SE" + name}})
		}
	case "old":
		for _, place := range places {
			if all := h.w.user(place).All(contact.Company); len(all) > 0 {
				ids[place] = all[0].ID
			}
		}
	}
	return ids
}

// value types a new value.
func (h *history) value(place, mail, slot string) string {
	h.n++
	text := fmt.Sprintf("%s%d", strings.ToUpper(slot[:1]), h.n)
	if slot == "name.given" { // another first name would be another person's
		text = fmt.Sprint("Eva", h.n)
	}
	if slot == "phone.mobile" {
		text = fmt.Sprintf("+4670%07d", 1000000+h.n)
	}
	unmapped := slices.Contains(h.w.policy(place, contact.Person).Skip, slot)
	h.typed = append(h.typed, &typed{place: place, mail: mail, slot: slot, text: text, over: unmapped})
	return text
}

// edit lets a user change one or two fields of a record.
func (h *history) edit(place string) {
	all := h.w.user(place).All(contact.Person)
	if len(all) == 0 {
		return
	}
	h.editRecord(place, all[rapid.IntRange(0, len(all)-1).Draw(h.t, "record")])
}

func (h *history) editRecord(place string, r contact.Record) {
	fields := contact.Fields{}
	for range rapid.IntRange(1, 2).Draw(h.t, "fields") {
		slot := pick(h.t, "slot", editable...)
		if _, done := fields[slot]; done {
			continue
		}
		h.over(r, slot)
		fields[slot] = ""
		if slot == "name.given" || pick(h.t, "clears", false, false, false, true) == false {
			fields[slot] = h.value(place, r.Fields["email.work"], slot)
		}
	}
	h.note("%s: edit %s %s %v", place, r.Fields["email.work"], r.ID, fields)
	if err := h.w.user(place).Edit(contact.Person, r.ID, contact.Values{Fields: fields}); err != nil {
		h.t.Fatal(err)
	}
}

// over notes that a user has seen what a record shows and replaces it.
func (h *history) over(r contact.Record, slots ...string) {
	for _, v := range h.typed {
		if v.mail == r.Fields["email.work"] && slices.Contains(slots, v.slot) && r.Fields[v.slot] == v.text {
			v.over = true
		}
	}
}

func (h *history) delete() {
	place := h.place()
	all := h.w.user(place).All(contact.Person)
	if len(all) == 0 {
		return
	}
	r := all[rapid.IntRange(0, len(all)-1).Draw(h.t, "record")]
	h.over(r, editable...)
	h.note("%s: delete %s %s", place, r.Fields["email.work"], r.ID)
	if err := h.w.user(place).Delete(contact.Person, r.ID); err != nil {
		h.t.Fatal(err)
	}
}

// faults makes one of the next calls of a place go wrong.
func (h *history) faults() {
	place := h.place()
	op := pick(h.t, "call", memory.OpPut, memory.OpPut, memory.OpPut, memory.OpRemove, memory.OpPull, memory.OpGet, memory.OpFind)
	n := rapid.IntRange(1, 4).Draw(h.t, "which")
	if !op.Writes() {
		h.note("%s: %s %d unreachable", place, op, n)
		h.w.servers[place].Fail(op, n, memory.Fault{Class: contact.Unreachable})
		return
	}
	what := pick(h.t, "fault", "refused", "conflicting", "unreachable", "lost", "never", "late", "raced", "raced", "before")
	h.note("%s: %s %d %s", place, op, n, what)
	fault := memory.Fault{}
	switch what {
	case "refused":
		fault.Class = contact.Refused
	case "conflicting":
		fault.Class = contact.Conflicting
	case "unreachable":
		fault.Class = contact.Unreachable
	case "lost":
		fault.Lost = true
	case "never":
		fault.Class = contact.Uncertain
	case "late":
		if !h.locks[place] {
			return // a late write then overwrites what nobody has seen yet
		}
		fault.LateCalls = rapid.IntRange(0, 20).Draw(h.t, "calls late")
		fault.LateFor = time.Duration(rapid.IntRange(1, 60).Draw(h.t, "seconds late")) * time.Second
	case "raced":
		fault.Race = func(u *memory.User, id string) {
			if r, there := u.Get(contact.Person, id); there {
				h.editRecord(place, r)
			}
		}
	case "before": // a user is faster than our write: only a lock can tell
		if h.locks[place] {
			h.before(place, op, n)
		}
		return
	}
	h.w.servers[place].Fail(op, n, fault)
}

// before lets a user edit the record just before our n-th write reaches it.
func (h *history) before(place string, op memory.Op, n int) {
	count := 0
	h.w.servers[place].Inject(func(c memory.Call) memory.Fault {
		if c.Op != op || c.Kind != contact.Person || c.ID == "" {
			return memory.Fault{}
		}
		if count++; count == n {
			if r, there := h.w.user(place).Get(contact.Person, c.ID); there {
				h.editRecord(place, r)
			}
		}
		return memory.Fault{}
	})
}

// mapping changes a row of the configuration: a field is newly mapped or
// skipped from now on.
func (h *history) mapping() {
	p := h.w.policy(h.place(), contact.Person)
	slot := pick(h.t, "field", "note", "title")
	if slices.Contains(p.Skip, slot) {
		p.Skip = slices.DeleteFunc(slices.Clone(p.Skip), func(s string) bool { return s == slot })
	} else {
		p.Skip = append(slices.Clone(p.Skip), slot)
		for _, v := range h.typed {
			v.over = v.over || v.place == p.Place && v.slot == slot
		}
	}
	h.note("%s skips %v", p.Place, p.Skip)
	h.w.restart()
}

// pause lets a place stand still, or go on. It is well when it goes on, so that
// it is read before anything is made there, see add.
func (h *history) pause(place string) {
	paused := !h.w.policy(place, contact.Person).Paused
	h.note("%s is paused: %v", place, paused)
	for _, kind := range contact.Kinds {
		h.w.policy(place, kind).Paused = paused
	}
	if !paused {
		h.w.servers[place].Lag(0)
		h.w.servers[place].Inject(nil)
	}
	h.w.start()
}

// end heals everything, answers every question and checks what is left.
func (h *history) end() {
	h.note("heal")
	answers := map[contact.Question]contact.Answer{
		contact.AskConflict: pick(h.t, "conflicts", contact.AnswerOurs, contact.AnswerTheirs),
		contact.AskRemoval:  pick(h.t, "removals", contact.AnswerGo, contact.AnswerDrop),
		contact.AskMatch:    contact.AnswerLink, contact.AskTwice: contact.AnswerNotSame, contact.AskJoin: contact.AnswerNotSame,
		contact.AskBrake: contact.AnswerGo, contact.AskConfig: contact.AnswerGo,
	}
	for _, server := range h.w.servers {
		server.Inject(nil)
		server.Lag(0)
		server.Settle()
	}
	for i := range h.w.policies {
		h.w.policies[i].Paused = false
	}
	h.w.start()
	for range 12 {
		h.w.now = h.w.now.Add(3 * time.Hour) // whatever waits for a time has waited
		before := h.w.writes()
		h.sync()
		open, err := h.w.store.OpenReviews(h.w.ctx, "", nil)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, r := range open {
			if now, err := h.w.store.Review(h.w.ctx, r.ID); err != nil || now.Decided != "" {
				continue // another answer has answered it
			}
			h.note("review %d: %s %s %s %s %v: %s", r.ID, r.Ask, r.Place, r.Party, r.Slot, r.Why, answers[r.Ask])
			if err := h.w.engine.Decide(h.w.ctx, r.ID, answers[r.Ask], "tester"); err != nil {
				h.t.Fatalf("%s\nreview %d: %v", strings.Join(h.log, "\n"), r.ID, err)
			}
		}
		if len(open) == 0 && h.w.writes() == before {
			break
		}
	}
	faults := slices.Concat(h.w.stillQuiet(), h.doubles(), h.agreed(), h.lost())
	if len(faults) > 0 {
		h.t.Fatalf("%s\n\n%s\n%s", strings.Join(h.log, "\n"), h.state(strings.Join(faults, "\n")), strings.Join(faults, "\n"))
	}
}
