package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kith/internal/match"
)

// weights are what agreement was found to be worth among the contacts of a
// kind. They are kept in the store, so that every process decides by the same
// ones, and only learnt anew when the contacts have become others.
type weights struct {
	At    time.Time    `json:"at"`
	Model *match.Model `json:"model"`
}

// From how many contacts there is something to learn, and what makes it stale:
// so many more or fewer of them, or so much time.
const (
	learnFrom = 2000
	learnMore = 1.2
	learnLess = 0.5
	learnAge  = 30 * 24 * time.Hour
)

// stale reports whether weights are no longer those of so many contacts.
func (w weights) stale(contacts int, now time.Time) bool {
	if contacts < learnFrom {
		return false
	}
	if w.Model == nil {
		return true
	}
	share := float64(contacts) / float64(max(1, w.Model.Records))
	return share > learnMore || share < learnLess || now.Sub(w.At) > learnAge
}

// kept are the weights in the store. Damaged ones, and those that another
// version of the program began with, are as good as none: they are learnt anew.
func (l *likeness) kept(ctx context.Context) (w weights) {
	text, err := l.e.Store.Model(ctx, l.kind)
	if err == nil && text != nil {
		err = json.Unmarshal(text, &w)
	}
	if err != nil {
		l.e.Log.Warn("what likeness has learnt cannot be read and is learnt anew", "kind", l.kind, "error", err)
	}
	if err != nil || w.Model == nil || !w.Model.Shipped() {
		return weights{}
	}
	return w
}

// weigh lets likeness learn anew where what it knows is stale. The first question
// of a visit calls it, so that all of the visit is decided by the same weights;
// others go on asking meanwhile.
func (l *likeness) weigh(ctx context.Context) error {
	l.learning.Lock()
	defer l.learning.Unlock()
	l.mu.Lock()
	index, stale := l.index, l.index != nil && l.weights.stale(l.index.Len(), l.e.Now())
	l.mu.Unlock()
	if !stale {
		return nil
	}
	model, err := index.Train()
	if err != nil {
		return err
	}
	learnt := weights{At: l.e.Now().UTC(), Model: model}
	text, err := json.Marshal(learnt)
	if err != nil {
		return err
	}
	if err := l.e.Store.KeepModel(ctx, l.kind, text); err != nil {
		return fmt.Errorf("keep what likeness has learnt: %w", err)
	}
	l.mu.Lock()
	l.weights = learnt
	l.mu.Unlock()
	l.e.Log.Info("likeness has learnt", "kind", l.kind, "contacts", model.Records, "version", model.Version)
	return nil
}
