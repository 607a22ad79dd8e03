package engine

import (
	"fmt"
	"testing"
	"time"

	"kith/internal/contact"
	"kith/internal/match"
)

// crowd adds so many persons to a place, of whom no two are alike.
func (w *world) crowd(place string, from, to int) {
	for i := from; i < to; i++ {
		w.add(place, contact.Person, "name.given", fmt.Sprintf("Anna%c%c", 'a'+i%26, 'a'+i/26%26), "name.family", fmt.Sprintf("Lind%c%c%c", 'a'+i/9%26, 'a'+i/7%26, 'a'+i%23),
			"email.work", fmt.Sprintf("person%d@firm%d.example", i, i%97))
	}
}

func (w *world) model() (version string) {
	w.t.Helper()
	l := w.engine.likeness[contact.Person]
	if l.weights.Model == nil {
		return ""
	}
	kept := l.kept(w.ctx)
	if kept.Model == nil || kept.Model.Version != l.weights.Model.Version || !kept.At.Equal(l.weights.At) {
		w.t.Errorf("in use are the weights %s of %s, kept are %+v", l.weights.Model.Version, l.weights.At, kept)
	}
	return kept.Model.Version
}

// asks lets a visit ask whom somebody is, who is nobody's likeness.
func (w *world) asks() {
	w.add("crm", contact.Person, "name.given", "Zoe", "name.family", fmt.Sprint("Neu", w.now.UnixNano()))
	w.sync()
}

// Weights are learnt once there is enough to learn from, by the visit that asks
// next, and anew only when the contacts have become others.
func TestLikenessLearns(t *testing.T) {
	w := newWorld(t, likePolicies()...)
	w.crowd("crm", 0, learnFrom-2)
	w.sync()
	w.asks()
	if v := w.model(); v != "" {
		t.Fatalf("learnt from too few: %s", v)
	}
	w.asks() // they are enough now
	if v := w.model(); v != "" {
		t.Fatalf("learnt within the visit that made them enough: %s", v)
	}
	w.asks()
	first := w.model()
	if first == "" {
		t.Fatal("nothing was learnt")
	}
	w.sync()
	w.crowd("crm", learnFrom, learnFrom+learnFrom/5-1)
	w.sync()
	w.asks()
	if v := w.model(); v != first {
		t.Errorf("learnt anew though a fifth more is no others: %s", v)
	}
	w.asks()
	w.asks()
	if v := w.model(); v == first {
		t.Error("not learnt anew though the contacts have become others")
	}
	was := w.engine.likeness[contact.Person].weights.At
	w.now = w.now.Add(learnAge)
	w.sync()
	if w.model(); !w.engine.likeness[contact.Person].weights.At.Equal(was) {
		t.Error("learnt anew though nobody asks")
	}
	w.asks()
	if w.model(); !w.engine.likeness[contact.Person].weights.At.After(was) {
		t.Error("not learnt anew for a month")
	}
}

// Another process decides by what the first has learnt. What is damaged, and
// what came of other shares than this program's, is learnt anew.
func TestLikenessRemembersWhatItLearnt(t *testing.T) {
	w := newWorld(t, likePolicies()...)
	w.crowd("crm", 0, learnFrom)
	w.sync()
	w.asks()
	learnt, at := w.model(), w.engine.likeness[contact.Person].weights.At
	another := func() weights {
		w.restart()
		w.asks()
		return w.engine.likeness[contact.Person].weights
	}
	if got := another(); got.Model == nil || got.Model.Version != learnt || !got.At.Equal(at) {
		t.Errorf("another process learnt anew: %+v, not %s of %s", got, learnt, at)
	}
	for _, damaged := range []string{"{", `{"model":{"Version":"default-2/1"}}`, `{"model":null}`, `{"model":{"Version":"default-0/1"}}`} {
		if err := w.store.KeepModel(w.ctx, contact.Person, []byte(damaged)); err != nil {
			t.Fatal(err)
		}
		if got := another(); got.Model == nil || !got.At.After(at) {
			t.Errorf("%s was not learnt anew", damaged)
		}
	}
}

// What a person has called different stays so, whatever is learnt.
func TestNotSameSurvivesLearning(t *testing.T) {
	policies := likePolicies()
	for i := range policies {
		policies[i].Certain = contact.CertainAsk
	}
	w := newWorld(t, policies...)
	w.crowd("crm", 0, learnFrom)
	hans := []string{"name.given", "Johannes", "name.family", "Schmidt", "phone.mobile", "0171 2345678"}
	w.add("crm", contact.Person, hans...)
	w.sync()
	w.add("erp", contact.Person, "name.given", "Hans", "name.family", "Schmitt", "phone.mobile", "+49 171 2345678")
	w.sync()
	before := w.model()
	open := w.openReviews()
	if len(open) != 1 {
		t.Fatalf("%d questions, want one: %+v", len(open), open)
	}
	if err := w.engine.Decide(w.ctx, open[0].ID, contact.AnswerNotSame, "ann"); err != nil {
		t.Fatal(err)
	}
	w.sync()
	w.crowd("crm", learnFrom, 2*learnFrom)
	w.sync()
	w.asks()
	if after := w.model(); after == before {
		t.Fatal("nothing was learnt")
	}
	if _, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test", Full: true}); err != nil {
		t.Fatal(err)
	}
	if again := w.openReviews(); len(again) != 0 {
		t.Errorf("asked again: %+v", again)
	}
}

// A preview learns for itself and leaves no trace.
func TestPreviewKeepsNoWeights(t *testing.T) {
	w := newWorld(t, likePolicies()...)
	w.crowd("crm", 0, learnFrom)
	w.crowd("erp", learnFrom, learnFrom+10)
	if _, _, err := Preview(w.ctx, w.engine.Options, SyncOptions{Cause: "test"}); err != nil {
		t.Fatal(err)
	}
	if text, err := w.store.Model(w.ctx, contact.Person); err != nil || text != nil {
		t.Errorf("a preview kept %s, %v", text, err)
	}
}

func TestWeightsAreStale(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	of := func(contacts int) weights { return weights{At: now, Model: &match.Model{Records: contacts}} }
	for _, c := range []struct {
		weights  weights
		contacts int
		later    time.Duration
		want     bool
	}{
		{weights{}, learnFrom - 1, 0, false}, {weights{}, learnFrom, 0, true},
		{of(10_000), 12_000, 0, false}, {of(10_000), 12_001, 0, true}, {of(10_000), 5000, 0, false}, {of(10_000), 4999, 0, true},
		{of(10_000), 10_000, learnAge, false}, {of(10_000), 10_000, learnAge + 1, true}, {of(3000), learnFrom - 1, learnAge + 1, false},
	} {
		if got := c.weights.stale(c.contacts, now.Add(c.later)); got != c.want {
			t.Errorf("%+v, %d contacts, %s later: stale %t", c.weights.Model, c.contacts, c.later, got)
		}
	}
}
