package engine

import (
	"fmt"
	"slices"
	"testing"

	"kith/internal/contact"
)

// rationed is two places that know the same forty persons, whom the second calls by
// short names: each of them is possibly one of the first.
func rationed(t *testing.T, reviewed float64) *world {
	policies := likePolicies()
	for i := range policies {
		policies[i].Reviewed = reviewed
	}
	w := newWorld(t, policies...)
	w.crowd("crm", 0, 60)
	for i := range 40 {
		w.add("crm", contact.Person, "name.given", "Johannes", "name.family", rareName(i))
		w.add("erp", contact.Person, "name.given", "Hans", "name.family", rareName(i))
	}
	return w
}

// rareName is a last name that is like no other one.
func rareName(i int) string {
	return fmt.Sprintf("%c%s%c%s", 'B'+i%20, []string{"arst", "ilken", "ohmfeld"}[i/20], 'a'+i%20, []string{"low", "ritz", "unger"}[i/20])
}

// No more is asked about at a time than the dial allows, a few questions always, and
// what was asked stays asked. An answer makes room for another question.
func TestReviewedLimitsQuestions(t *testing.T) {
	w := rationed(t, 50)
	w.sync()
	if n := len(w.openReviews()); n != 40 {
		t.Fatalf("%d questions where half of the records may be asked about, want 40", n)
	}
	w = rationed(t, 1)
	w.sync()
	open := w.openReviews()
	if len(open) != 25 {
		t.Fatalf("%d questions, want 25", len(open))
	}
	for _, r := range open {
		w.edit("erp", contact.Person, r.Remote, "title", "CFO")
	}
	w.restart()
	w.sync()
	if again := w.openReviews(); len(again) != 25 || again[0].ID != open[0].ID {
		t.Errorf("%d questions after the records were read again, want the 25", len(again))
	}
	late := func(i int) {
		w.add("crm", contact.Person, "name.given", "Johannes", "name.family", rareName(i)+"son")
		w.sync()
		w.add("erp", contact.Person, "name.given", "Hans", "name.family", rareName(i)+"son")
		w.sync()
	}
	late(1)
	if n := len(w.openReviews()); n != 25 {
		t.Errorf("%d questions, want no more than 25", n)
	}
	for _, r := range open[:2] {
		if err := w.engine.Decide(w.ctx, r.ID, contact.AnswerLink, "ann"); err != nil {
			t.Fatal(err)
		}
	}
	late(2)
	if n := len(w.openReviews()); n != 24 {
		t.Errorf("%d questions, want 23 and the new one", n)
	}
}

// What a plain rule would link and a guard holds back is asked about, however much is
// asked already.
func TestHeldBackIsAlwaysAsked(t *testing.T) {
	w := rationed(t, 1)
	for i := range 40 {
		mail := fmt.Sprintf("wo%d@%s.example", i, rareName(i))
		w.add("crm", contact.Person, "name.given", "Otto", "name.family", rareName(i)+"berg", "email.work", mail)
		w.add("erp", contact.Person, "name.given", "Wilhelmine", "name.family", rareName(i)+"berg", "email.work", mail)
	}
	w.sync()
	byMail := 0
	for _, r := range w.openReviews() {
		if slices.Contains(r.Why.Args, "rule=same-mail") {
			byMail++
		}
	}
	if byMail != 40 {
		t.Errorf("%d questions about an equal address, want 40", byMail)
	}
}
