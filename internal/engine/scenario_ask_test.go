package engine

import (
	"slices"
	"strconv"
	"strings"

	"kith/internal/contact"
)

// expectActions checks that exactly these actions were, or would be, done:
// OP SYSTEM KIND LABEL [: VALUES] [because CODE …], in any order.
func (s *scenario) expectActions(a args, actions []contact.Action) {
	s.t.Helper()
	free := slices.Clone(actions)
	for _, words := range s.lines(a) {
		i := slices.IndexFunc(free, func(act contact.Action) bool { return s.isAction(act, words) })
		if i < 0 {
			s.errorf("there is no %q but %s", strings.Join(words, " "), s.toldActions(free))
			return
		}
		free = slices.Delete(free, i, i+1)
	}
	if len(free) > 0 {
		s.errorf("there is more: %s", s.toldActions(free))
	}
}

func (s *scenario) isAction(act contact.Action, words []string) bool {
	s.t.Helper()
	words, why := cutWord(words, "because")
	words, set := cutWord(words, ":")
	if len(words) != 4 || kindWord(words[2]) == "" {
		s.fatalf("an action is like: create erp person anna: title=CFO because new crm")
	}
	told := append([]string{act.Why.Code}, act.Why.Args...)
	switch {
	case string(act.Op) != words[0], act.Place != words[1], act.Kind != kindWord(words[2]):
		return false
	case !s.isParty(words[3], act.Party):
		return false
	case why != nil && (len(why) > len(told) || !slices.Equal(why, told[:len(why)])):
		return false
	}
	return set == nil || slices.Equal(s.toldSet(s.values(set, act.Place, act.Kind)), s.toldSet(act.Set))
}

// isParty reports whether a name stands for a party, or for the record that a
// preview would make it from.
func (s *scenario) isParty(name, party string) bool {
	s.t.Helper()
	if s.party(name) == party {
		return true
	}
	l := s.label(name)
	for system, id := range l.bound {
		if s.party(name) == "" && contact.PartyID(system, l.kind, id, 0) == party {
			return true
		}
	}
	return false
}

// toldSet writes what an action sets, blanks too.
func (s *scenario) toldSet(v contact.Values) []string {
	var words []string
	for _, field := range v.Fields.Names() {
		words = append(words, quoted(field+"=", v.Fields[field]))
	}
	return words
}

func (s *scenario) toldActions(actions []contact.Action) string {
	lines := []string{""}
	for _, a := range actions {
		line := []string{string(a.Op), a.Place, string(a.Kind), s.nameOf(a.Party) + ":"}
		line = append(append(line, s.toldSet(a.Set)...), "because", a.Why.Code)
		lines = append(lines, strings.Join(append(line, a.Why.Args...), " "))
	}
	return strings.Join(lines, "\n\t")
}

func (s *scenario) openReviews() []contact.Review {
	s.t.Helper()
	open, err := s.store.Reviews(s.ctx, true, 1000)
	s.did(err)
	return open
}

// expectReviews checks that exactly these questions are open.
func (s *scenario) expectReviews(a args) {
	free := s.openReviews()
	for _, words := range s.lines(a) {
		i := slices.IndexFunc(free, func(r contact.Review) bool { return s.isReview(r, words) })
		if i < 0 {
			s.errorf("nobody asks %q but %s", strings.Join(words, " "), s.toldReviews(free))
			return
		}
		free = slices.Delete(free, i, i+1)
	}
	if len(free) > 0 {
		s.errorf("it is asked beside that: %s", s.toldReviews(free))
	}
}

// decides answers the one open question that fits.
func (s *scenario) decides(a args) {
	words, answer := cutWord(a.rest, ":")
	var fit []contact.Review
	for _, r := range s.openReviews() {
		if s.isReview(r, words) {
			fit = append(fit, r)
		}
	}
	if len(fit) != 1 || len(answer) != 1 {
		s.fatalf("%d questions fit; there are %s", len(fit), s.toldReviews(s.openReviews()))
	}
	s.did(s.engine.Decide(s.ctx, fit[0].ID, contact.Answer(answer[0]), "anna"))
}

// isReview holds a question against words like these:
//
//	conflict title of anna at erp: OURS / THEIRS
//	match of anna2 at erp with anna as "Anna Berg, Acme"
//	removal of anna at erp because CODE
//	join of anna with bo
//	brake at crm because CODE
func (s *scenario) isReview(r contact.Review, words []string) bool {
	s.t.Helper()
	words, why := cutWord(words, "because")
	words, values := cutWord(words, ":")
	words, as := cutWord(words, "as")
	words, with := cutWord(words, "with")
	words, at := cutWord(words, "at")
	words, of := cutWord(words, "of")
	slot := ""
	if len(words) > 1 {
		slot = words[1]
	}
	switch {
	case len(words) == 0 || string(r.Ask) != words[0] || slot != r.Slot:
		return false
	case at != nil && r.Place != at[0], why != nil && r.Why.Code != why[0]:
		return false
	case as != nil && r.Stranger != as[0]:
		return false
	case values != nil && strings.Join(values, " ") != r.Ours+" / "+r.Theirs:
		return false
	}
	switch r.Ask {
	case contact.AskBrake, contact.AskConfig:
		return of == nil
	case contact.AskMatch, contact.AskTwice:
		id, _ := s.record(of[0], r.Place)
		return id == r.Remote && (with == nil || s.party(with[0]) == r.Party)
	case contact.AskJoin:
		return s.party(of[0]) == r.Party && with != nil && s.party(with[0]) == r.Other
	}
	return of != nil && s.party(of[0]) == r.Party
}

func (s *scenario) toldReviews(reviews []contact.Review) string {
	lines := []string{""}
	for _, r := range reviews {
		line := string(r.Ask)
		switch r.Ask {
		case contact.AskConflict:
			line += " " + r.Slot + " of " + s.nameOf(r.Party) + " at " + r.Place + ": " + r.Ours + " / " + r.Theirs
		case contact.AskMatch, contact.AskTwice:
			line += " of " + s.recordName(r.Place, r.Kind, r.Remote) + " at " + r.Place + " with " + s.nameOf(r.Party) + " as " + strconv.Quote(r.Stranger)
		case contact.AskRemoval:
			line += " of " + s.nameOf(r.Party) + " at " + r.Place
		case contact.AskJoin:
			line += " of " + s.nameOf(r.Party) + " with " + s.nameOf(r.Other)
		default:
			line += " at " + r.Place
		}
		lines = append(lines, line+" because "+r.Why.Code+" "+strings.Join(r.Why.Args, " "))
	}
	return strings.Join(lines, "\n\t")
}
