package engine

import (
	"testing"
	"time"

	"kith/internal/contact"
)

// TestOverlayRemembersItsOwn: what a preview has decided, it decides on as a run
// would.
func TestOverlayRemembersItsOwn(t *testing.T) {
	w := twoPlaces(t)
	addPerson(w, "crm", 1)
	w.sync()
	o := newOverlay(w.store)
	key := contact.NeedsKey("erp", "number", "17")
	late := contact.Link{Place: "erp", Kind: contact.Person, Remote: "r9", Needs: key}
	at := w.now.Add(time.Minute)
	party := w.linksOf("crm", contact.Person)[0].Party
	err := o.Commit(w.ctx, contact.Commit{
		Links: []contact.Link{late}, Wake: []string{key},
		Entries: []contact.Entry{{At: at, Party: party, Op: contact.Decided}, {At: at, Party: party, Op: contact.Took}, {At: at, Op: contact.Failed}},
	})
	if err != nil {
		t.Fatal(err)
	}
	links, err := o.LinksByRemote(w.ctx, "erp", contact.Person, []string{"r9"})
	if err != nil || len(links) != 1 || !links[0].Due || !links[0].Reread || links[0].Needs != "" {
		t.Errorf("what begins to wait with what it waits for is not woken: %+v, %v", links, err)
	}
	entries, err := o.Entries(w.ctx, party, 0, 3)
	if err != nil || len(entries) != 3 || entries[0].Op != contact.Took || entries[1].Op != contact.Decided || entries[2].Op == "" {
		t.Errorf("history: %+v, %v", entries, err)
	}
	if stored, err := w.store.Entries(w.ctx, party, 0, 1); err != nil || stored[0].Op == contact.Took && stored[0].At.Equal(at) {
		t.Errorf("the preview left a trace: %+v, %v", stored, err)
	}
}
