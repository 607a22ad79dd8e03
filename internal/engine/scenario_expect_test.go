package engine

import (
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/plan"
)

// expectPhrases are what has to be true now.
func expectPhrases() []phrase {
	return []phrase{
		{"expect SYSTEM has no KIND", false, func(s *scenario, a args) { s.expectCount(a, 0) }},
		{"expect SYSTEM has N KIND", false, func(s *scenario, a args) { s.expectCount(a, s.number(a)) }},
		{"expect no reviews", false, (*scenario).expectReviews},
		{"expect reviews: REVIEWS", false, (*scenario).expectReviews},
		{"expect SYSTEM KIND: RECORDS", false, (*scenario).expectRecords},
		{"LABEL at SYSTEM shows: VALUES", false, (*scenario).expectShows},
		{"LABEL is not at SYSTEM", false, (*scenario).expectAbsent},
		{"LABEL at SYSTEM bears our marker", false, func(s *scenario, a args) { s.expectMarker(a, true) }},
		{"LABEL at SYSTEM bears no marker", false, func(s *scenario, a args) { s.expectMarker(a, false) }},
		{"LABEL and OTHER are one", false, func(s *scenario, a args) { s.expectOne(a, true) }},
		{"LABEL and OTHER are two", false, func(s *scenario, a args) { s.expectOne(a, false) }},
		{"agreed LABEL: VALUES", false, (*scenario).expectAgreed},
		{"status LABEL at SYSTEM: REASON", false, (*scenario).expectStatus},
		{"history LABEL: LINE", false, func(s *scenario, a args) { s.expectHistory(a, true) }},
		{"no history LABEL: LINE", false, func(s *scenario, a args) { s.expectHistory(a, false) }},
	}
}

func (s *scenario) expectCount(a args, want int) {
	if n := s.user(a.words["SYSTEM"]).Count(a.kind()); n != want {
		s.errorf("%s has %d, not %d", a.words["SYSTEM"], n, want)
	}
}

// lines returns what stands behind a phrase, or below it.
func (s *scenario) lines(a args) [][]string {
	var lines [][]string
	if len(a.rest) > 0 {
		lines = append(lines, a.rest)
	}
	for _, st := range s.at.block {
		lines = append(lines, st.words)
	}
	return lines
}

// expectRecords checks that a system shows exactly these records, in any
// order. "as NAME" at the end of one names it.
func (s *scenario) expectRecords(a args) {
	system, kind := a.words["SYSTEM"], a.kind()
	all := s.user(system).All(kind)
	shown := make([]string, len(all))
	for i, r := range all {
		shown[i] = strings.Join(s.told(r.Values, system, kind), " ")
	}
	free := slices.Clone(shown)
	for _, words := range s.lines(a) {
		name := ""
		if n := len(words); n > 2 && words[n-2] == "as" {
			words, name = words[:n-2], words[n-1]
		}
		want := strings.Join(s.told(s.values(words, system, kind), system, kind), " ")
		i := slices.Index(free, want)
		if i < 0 {
			s.errorf("%s shows no %s\n\t%s\nbut\n\t%s", system, kind, want, strings.Join(free, "\n\t"))
			return
		}
		free[i] = "\x00"
		if name != "" {
			s.bind(name, system, kind, all[i].ID)
		}
	}
	if free = slices.DeleteFunc(free, func(line string) bool { return line == "\x00" }); len(free) > 0 {
		s.errorf("%s shows beside that\n\t%s", system, strings.Join(free, "\n\t"))
	}
}

// expectShows checks some values of a record; of a list it checks all entries.
func (s *scenario) expectShows(a args) {
	name, system := a.words["LABEL"], a.words["SYSTEM"]
	kind, id := s.label(name).kind, s.mustRecord(name, system)
	r, _ := s.user(system).Get(kind, id)
	want := s.values(a.rest, system, kind)
	got := contact.Values{Fields: contact.Fields{}, Lists: map[string][]contact.Item{}}
	for field := range want.Fields {
		got.Fields[field] = r.Fields[field]
	}
	for family := range want.Lists {
		got.Lists[family] = r.Lists[family]
	}
	g, w := strings.Join(s.told(got, system, kind), " "), strings.Join(s.told(want, system, kind), " ")
	if g != w {
		s.errorf("%s at %s shows %q, not %q", name, system, g, w)
	}
}

func (s *scenario) expectAbsent(a args) {
	if id, there := s.record(a.words["LABEL"], a.words["SYSTEM"]); there {
		s.errorf("%s is at %s, as %s", a.words["LABEL"], a.words["SYSTEM"], id)
	}
}

func (s *scenario) expectMarker(a args, want bool) {
	name, system := a.words["LABEL"], a.words["SYSTEM"]
	r, _ := s.user(system).Get(s.label(name).kind, s.mustRecord(name, system))
	party, ours := contact.PartyOfMarker("test", r.Marker)
	switch {
	case ours != want:
		s.errorf("the marker of %s at %s is %q", name, system, r.Marker)
	case ours && party != s.party(name):
		s.errorf("the marker of %s at %s names another contact", name, system)
	}
}

func (s *scenario) expectOne(a args, want bool) {
	x, y := s.party(a.words["LABEL"]), s.party(a.words["OTHER"])
	switch {
	case want && (x == "" || x != y):
		s.errorf("%s is contact %.8q and %s is contact %.8q", a.words["LABEL"], x, a.words["OTHER"], y)
	case !want && x == y && x != "":
		s.errorf("%s and %s are one contact", a.words["LABEL"], a.words["OTHER"])
	}
}

// expectAgreed checks values of the party, by slot. "SLOT=VALUE from SYSTEM"
// checks where the last one came from, too.
func (s *scenario) expectAgreed(a args) {
	name := a.words["LABEL"]
	parties, err := s.store.Parties(s.ctx, []string{s.party(name)})
	if err != nil || len(parties) == 0 {
		s.fatalf("%s is no contact yet (%v)", name, err)
	}
	slot := ""
	for i := 0; i < len(a.rest); i++ {
		if a.rest[i] == "from" && slot != "" && i+1 < len(a.rest) {
			i++
			if from := parties[0].Fields[slot].From; from != a.rest[i] {
				s.errorf("%s of %s is from %q", slot, name, from)
			}
			continue
		}
		var text string
		slot, text, _ = strings.Cut(a.rest[i], "=")
		if other, named := strings.CutPrefix(text, "@"); named && s.labels[other] != nil {
			text = s.party(other)
		}
		if got := parties[0].Text(slot); got != text {
			s.errorf("%s of %s is agreed to be %q, not %q", slot, name, got, text)
		}
	}
}

var statusWords = []plan.Status{
	plan.NotSynced, plan.Ready, plan.Changed, plan.InProcess, plan.InSync, plan.Waiting, plan.InConflict,
	plan.FailedStatus, plan.Excluded, plan.Withdrawn, plan.Suppressed, plan.DeletedThere,
}

// expectStatus checks where a contact stands: the status, then as much of the
// reason as is given.
func (s *scenario) expectStatus(a args) {
	name, system := a.words["LABEL"], a.words["SYSTEM"]
	var status plan.Status
	rest := a.rest
	for _, word := range statusWords {
		if n := strings.Count(string(word), " ") + 1; len(rest) >= n && strings.Join(rest[:n], " ") == string(word) {
			status, rest = word, rest[n:]
			break
		}
	}
	if status == "" {
		s.fatalf("%q is no status", strings.Join(a.rest, " "))
	}
	paused := len(rest) > 1 && slices.Equal(rest[len(rest)-2:], []string{",", "paused"})
	if paused {
		rest = rest[:len(rest)-2]
	}
	st := s.standing(name, system)
	got, told := st.Status, append([]string{st.Why.Code}, st.Why.Args...)
	if paused != st.Paused {
		s.errorf("%s at %s is paused: %v", name, system, st.Paused)
	}
	if got != status || len(rest) > len(told) || !slices.Equal(rest, told[:len(rest)]) {
		s.errorf("%s at %s is %s %v", name, system, got, told)
	}
}

func (s *scenario) standing(name, system string) Standing {
	party := s.party(name)
	if party == "" {
		link, known := s.link(name, system)
		if !known {
			s.fatalf("%s is not known at %s", name, system)
		}
		status, why := s.engine.Book.Status(plan.Ask{Link: link})
		return Standing{Status: status, Why: why}
	}
	_, standings, err := s.engine.Standings(s.ctx, party)
	s.did(err)
	for _, st := range standings {
		if st.Place == system {
			return st
		}
	}
	s.fatalf("%s has no row for %s", system, name)
	return Standing{}
}

var events = []contact.Event{
	contact.Linked, contact.Unlinked, contact.Took, contact.Lost, contact.Wrote, contact.Made, contact.Withdrew,
	contact.WentAway, contact.Ended, contact.Revived, contact.JoinedTo, contact.SplitOff, contact.Decided, contact.Failed,
}

// expectHistory looks for one entry: EVENT [FIELD [VALUE]] [over BEFORE]
// [at SYSTEM] [because CODE …]. The value is what was lost, else what came of
// it.
func (s *scenario) expectHistory(a args, want bool) {
	name := a.words["LABEL"]
	entries, err := s.store.Entries(s.ctx, s.party(name), 0, 1<<30)
	s.did(err)
	var told []string
	found := false
	for _, e := range entries {
		found = found || s.tells(e, a.rest)
		value := e.After
		if e.Op == contact.Lost {
			value = e.Before
		}
		if e.Field == "" {
			value = ""
		}
		told = append(told, strings.TrimSpace(string(e.Op)+" "+e.Field+" "+value+" at "+e.Place+" because "+e.Why.Code+" "+strings.Join(e.Why.Args, " ")))
	}
	if found != want {
		s.errorf("the history of %s is\n\t%s", name, strings.Join(told, "\n\t"))
	}
}

func (s *scenario) tells(e contact.Entry, words []string) bool {
	op := contact.Event(words[0])
	rest := words[1:]
	if len(words) > 1 && slices.Contains(events, contact.Event(words[0]+" "+words[1])) {
		op, rest = contact.Event(words[0]+" "+words[1]), words[2:]
	}
	if !slices.Contains(events, op) {
		s.fatalf("%q is no event", op)
	}
	rest, why := cutWord(rest, "because")
	rest, at := cutWord(rest, "at")
	rest, over := cutWord(rest, "over")
	value := e.After
	if e.Op == contact.Lost {
		value = e.Before
	}
	switch told := append([]string{e.Why.Code}, e.Why.Args...); {
	case e.Op != op, at != nil && e.Place != at[0], over != nil && e.Before != over[0]:
		return false
	case why != nil && (len(why) > len(told) || !slices.Equal(why, told[:len(why)])):
		return false
	case len(rest) > 0 && e.Field != rest[0]:
		return false
	}
	return len(rest) < 2 || value == rest[1]
}

// cutWord parts words before and behind one of them; behind is nil where it is
// not among them.
func cutWord(words []string, word string) (before, behind []string) {
	if i := slices.Index(words, word); i >= 0 {
		return words[:i], words[i+1:]
	}
	return words, nil
}
