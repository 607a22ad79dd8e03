package main

import (
	"slices"
	"testing"

	"kith/internal/contact"
	"kith/internal/engine"
)

// idle is a waker that nobody asks.
type idle struct{ engine.Waker }

func (idle) Rest(string, engine.Visit) {}

// TestServeTellsEachStopOnce: who reads the log learns that a place stops, why,
// and that it goes on, and is not told so again at every try.
func TestServeTellsEachStopOnce(t *testing.T) {
	var told []string
	h := newHealth(nil, nil, nil, func(place string, why contact.Reason) { told = append(told, place+" "+why.Code) })
	w := h.watch(idle{})
	down := contact.Because(contact.CodeUnreachable, "crm", "connection refused")
	for _, stop := range []contact.Reason{{}, down, down, contact.Because(contact.CodeInterrupted, "crm"), down,
		contact.Because(contact.CodeCredentials, "crm", "the login is refused"), {}, {}} {
		w.Rest("crm", engine.Visit{Stop: stop})
	}
	if want := []string{"crm unreachable", "crm credentials", "crm "}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
