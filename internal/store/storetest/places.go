package storetest

import (
	"strings"
	"testing"
	"time"

	"kith/internal/contact"
)

func testPlace(t *testing.T, s Store) {
	taken := must[contact.Place](t)(s.Take(t.Context(), "erp/se", "erp", "me", time.Hour))
	same(t, taken, contact.Place{Name: "erp/se", System: "erp", Fence: taken.Fence})
	saved := contact.Place{
		Name: "erp/se", System: "erp", Account: "erp.acme.example/7",
		Cursor: map[contact.Kind]string{contact.Person: "c1"}, Listed: map[contact.Kind]contact.Listing{contact.Company: {At: minute(1), Under: "h", Accepted: "g", Compared: minute(4)}},
		Due: minute(2), Visited: minute(3), Paused: contact.Because("forbidden", "x"),
		Tally: contact.Tally{{At: 7, RemovedIn: 1, RemovedOut: 2}},
	}
	commit(t, s, contact.Commit{Place: "erp/se", Fence: taken.Fence, SavePlace: &saved})
	saved.Fence = taken.Fence // never saved, see contact.Commit
	same(t, must[map[string]contact.Place](t)(s.Places(t.Context())), map[string]contact.Place{"erp/se": saved})
	again := must[contact.Place](t)(s.Take(t.Context(), "erp/se", "erp", "me", time.Hour))
	saved.Fence = again.Fence
	same(t, again, saved)

	if err := s.Commit(t.Context(), contact.Commit{SavePlace: &contact.Place{Name: "never taken"}}); err == nil {
		t.Fatal("a place that was never taken was saved")
	}
	if err := s.Commit(t.Context(), contact.Commit{Place: "erp/se", Fence: again.Fence, SavePlace: &contact.Place{Name: "crm"}}); err == nil {
		t.Fatal("the holder of one place saved another")
	}
}

// A commit whose place was taken by another since is refused, always and whole.
func testFence(t *testing.T, s Store) {
	first := must[contact.Place](t)(s.Take(t.Context(), "crm", "crm", "one", 0))
	second := must[contact.Place](t)(s.Take(t.Context(), "crm", "crm", "two", time.Hour))
	if second.Fence <= first.Fence {
		t.Fatalf("the fence went from %d to %d", first.Fence, second.Fence)
	}
	for _, fence := range []int64{first.Fence, 0, second.Fence + 1} {
		err := s.Commit(t.Context(), contact.Commit{Place: "crm", Fence: fence, Links: []contact.Link{link("crm", "r1", "")}, SavePlace: &contact.Place{Name: "crm", Account: "stale"}})
		refused(t, err, contact.Held)
	}
	refused(t, s.Commit(t.Context(), contact.Commit{Place: "hr", Fence: 1}), contact.Held)
	same(t, must[map[string]contact.Place](t)(s.Places(t.Context()))["crm"].Account, "")
	same(t, remotesOf(must[[]contact.Link](t)(s.LinksByRemote(t.Context(), "crm", contact.Person, []string{"r1"}))), []string{})
	commit(t, s, contact.Commit{Place: "crm", Fence: second.Fence, Links: []contact.Link{link("crm", "r1", "")}})
	// A person's decision needs no fence.
	commit(t, s, contact.Commit{Links: []contact.Link{link("crm", "r2", "")}, SavePlace: &contact.Place{Name: "crm", System: "crm", Account: "t"}})
	same(t, must[map[string]contact.Place](t)(s.Places(t.Context()))["crm"].Fence, second.Fence)
}

func testLease(t *testing.T, s Store) {
	must[contact.Place](t)(s.Take(t.Context(), "crm", "crm", "one", time.Hour))
	_, err := s.Take(t.Context(), "crm", "crm", "two", time.Hour)
	refused(t, err, contact.Held)
	if said := err.Error(); !strings.Contains(said, "one works on crm and holds it until ") || !strings.Contains(said, " UTC; ") {
		t.Errorf("it is not said who holds the place, and until when: %v", err)
	}
	must[contact.Place](t)(s.Take(t.Context(), "erp", "erp", "two", time.Hour))
	must[contact.Place](t)(s.Take(t.Context(), "crm", "crm", "one", time.Hour)) // renewed
	if err := s.Release(t.Context(), "crm", "two"); err != nil {                // not its to give
		t.Fatal(err)
	}
	_, err = s.Take(t.Context(), "crm", "crm", "two", time.Hour)
	refused(t, err, contact.Held)
	if err := s.Release(t.Context(), "crm", "one"); err != nil {
		t.Fatal(err)
	}
	short := must[contact.Place](t)(s.Take(t.Context(), "crm", "crm", "two", 0)) // ends at once
	if err := s.Renew(t.Context(), "crm", "two", short.Fence, time.Hour); err != nil {
		t.Fatal(err)
	}
	_, err = s.Take(t.Context(), "crm", "crm", "three", time.Hour)
	refused(t, err, contact.Held)
	refused(t, s.Renew(t.Context(), "crm", "two", short.Fence-1, 0), contact.Held)
	refused(t, s.Renew(t.Context(), "crm", "three", short.Fence, 0), contact.Held)
	if err := s.Renew(t.Context(), "crm", "two", short.Fence, 0); err != nil {
		t.Fatal(err)
	}
	must[contact.Place](t)(s.Take(t.Context(), "crm", "crm", "three", time.Hour))
}
