package main

import (
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/store"
)

// idle is a waker that nobody asks.
type idle struct{ engine.Waker }

func (idle) Rest(string, engine.Visit) {}

// A server whose store has no room is not ready; one of which a system cannot be
// reached is.
func TestReadyOnlyWithRoom(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "kith.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	h := newHealth(st, nil, nil, func(string, contact.Reason) {})
	w := h.watch(idle{})
	for _, test := range []struct {
		stop contact.Reason
		want int
	}{
		{contact.Reason{}, 200}, {contact.Because(contact.CodeUnreachable, "crm", "connection refused"), 200},
		{contact.Because(contact.CodeStoreFull, "the store"), 503}, {contact.Reason{}, 200},
	} {
		w.Rest("crm", engine.Visit{Stop: test.stop})
		answer := httptest.NewRecorder()
		h.mux().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
		if answer.Code != test.want {
			t.Errorf("after %q: %d, want %d", test.stop.Code, answer.Code, test.want)
		}
	}
}

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
