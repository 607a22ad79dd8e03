package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
	"kith/internal/norm"
)

// parties returns all persons that Kith knows, by their e-mail address, with
// their links.
func (h *history) parties() (persons []contact.Party, links map[string]map[string]contact.Link) {
	seen := map[string]bool{}
	links = map[string]map[string]contact.Link{}
	var ids []string
	add := func(id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	active, err := h.w.store.PartiesAfter(h.w.ctx, contact.Person, "", 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range active {
		add(p.ID)
	}
	for _, place := range historyPlaces {
		for _, link := range h.w.linksOf(place, contact.Person) {
			add(link.Party)
		}
	}
	if persons, err = h.w.store.Parties(h.w.ctx, ids); err != nil {
		h.t.Fatal(err)
	}
	all, err := h.w.store.LinksByParty(h.w.ctx, ids)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, link := range all {
		if links[link.Party] == nil {
			links[link.Party] = map[string]contact.Link{}
		}
		links[link.Party][link.Place] = link
	}
	return persons, links
}

// doubles finds persons who are there twice, and records nobody accounts for.
func (h *history) doubles() (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, place := range historyPlaces {
		mails := map[string]string{}
		byRemote, byParty := map[string]contact.Link{}, map[string]string{}
		for _, link := range h.w.linksOf(place, contact.Person) {
			if link.Intent != nil {
				fault("%s: %s still has an open intent", place, link.Remote)
			}
			if other := byParty[link.Party]; link.Party != "" && other != "" {
				fault("%s: party %s has the records %s and %s", place, link.Party, other, link.Remote)
			}
			byRemote[link.Remote], byParty[link.Party] = link, link.Remote
		}
		for _, r := range h.w.user(place).All(contact.Person) {
			if other := mails[r.Fields["email.work"]]; other != "" {
				fault("%s: %s is there twice, as %s and %s", place, r.Fields["email.work"], other, r.ID)
			}
			mails[r.Fields["email.work"]] = r.ID
			link, linked := byRemote[r.ID]
			if !linked || link.Party == "" && h.mustBelong(place, link) {
				fault("%s: %s %s belongs to nobody (known %t): %v", place, r.Fields["email.work"], r.ID, linked, link.Problem)
			}
		}
		for remote, link := range byRemote {
			if _, there := h.w.user(place).Get(contact.Person, remote); !there && link.Party != "" {
				fault("%s: %s is linked but not there", place, remote)
			}
		}
	}
	return faults
}

// mustBelong reports whether a record has no reason to belong to nobody.
func (h *history) mustBelong(place string, link contact.Link) bool {
	switch link.Problem.Code {
	case contact.CodeLeftAfter, contact.CodeSwitchedOff:
		return false
	case contact.CodeLinkedOnly:
		return h.w.policy(place, contact.Person).Gives != nil
	}
	return true
}

// agreed compares every record with what was agreed, as far as the rules of
// its place want them equal.
func (h *history) agreed() (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	persons, links := h.parties()
	mails := map[string]string{}
	for _, p := range persons {
		mail := p.Text("email.work")
		if p.State == contact.Active {
			if other := mails[mail]; other != "" {
				fault("%s is two parties, %s and %s", mail, other, p.ID)
			}
			mails[mail] = p.ID
		}
		for _, place := range historyPlaces {
			policy := h.w.policy(place, contact.Person)
			link, known := links[p.ID][place]
			switch {
			case p.State != contact.Active:
				if known && link.Live() && policy.Takes.Removal.How == contact.RemovalDelete && link.Made {
					fault("%s: %s was removed and is still there: %v", place, mail, link.Problem)
				}
			case !known || link.Remote == "":
				fault("%s: %s is missing: %v due %t", place, mail, link.Problem, link.Due)
			case link.Gone != contact.Here:
				if policy.Takes.Recreate == contact.RecreateAlways {
					fault("%s: %s does not come back: %v", place, mail, link.Problem)
				}
			default:
				faults = append(faults, h.differences(place, policy, &p, link)...)
			}
		}
	}
	return faults
}

func (h *history) differences(place string, policy *contact.Policy, p *contact.Party, link contact.Link) (faults []string) {
	r, there := h.w.user(place).Get(contact.Person, link.Remote)
	if !there {
		return nil // doubles says so
	}
	row := h.w.engine.Book.Row(place, contact.Person)
	for _, slot := range editable {
		shown, ours := r.Fields[slot], p.Text(slot)
		gives := policy.Gives != nil && !slices.Contains(policy.Locked, slot)
		rule := policy.Fields[0]
		switch {
		case slices.Contains(policy.Skip, slot), sameText(slot, shown, ours):
		case rule.Edits == contact.EditsLeave && !gives: // a user's value stays
		case ours == "" && (rule.Blanks == contact.BlanksKeep || !gives): // a blank does not clear
		case len(row.Watched) > 0 && !slices.ContainsFunc(row.Watched, func(w string) bool { return contact.MatchSlot(w, slot) }): // goes with the next change
		default:
			faults = append(faults, fmt.Sprintf("%s: %s shows %s %q, agreed is %q (seen %q, sent %q, due %t, %v)",
				place, p.Text("email.work"), slot, shown, ours, link.Seen[slot], link.Sent[slot], link.Due, link.Problem))
		}
	}
	return faults
}

func sameText(slot, a, b string) bool {
	if slot == "phone.mobile" {
		return norm.Phone(a, "SE") == norm.Phone(b, "SE")
	}
	return a == b
}

// lost finds values that users have typed, that nobody put away, and of which
// neither a place nor the history knows any more.
func (h *history) lost() (faults []string) {
	var told strings.Builder
	persons, _ := h.parties()
	runs, err := h.w.store.Runs(h.w.ctx, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	seen := map[int64]bool{}
	tell := func(entries []contact.Entry, err error) {
		if err != nil {
			h.t.Fatal(err)
		}
		for _, e := range entries {
			if seen[e.Seq] {
				continue
			}
			seen[e.Seq] = true
			switch e.Op {
			case contact.Lost, contact.Took, contact.Wrote, contact.Withdrew, contact.Decided:
				fmt.Fprintf(&told, "|%s|", e.Before)
			}
			if e.Op == contact.Decided || e.Op == contact.Linked && e.Why.Code != contact.CodeNew {
				fmt.Fprintf(&told, "|%s|", e.After) // the record as it was when it met the party
			}
		}
	}
	for _, run := range runs {
		tell(h.w.store.Entries(h.w.ctx, "", run.ID, 10000))
	}
	for _, p := range persons {
		tell(h.w.store.Entries(h.w.ctx, p.ID, 0, 10000))
	}
	story := told.String()
	for _, v := range h.typed {
		if v.over || h.stands(v) || strings.Contains(story, "|"+v.text+"|") || strings.Contains(story, `"`+v.text+`"`) {
			continue
		}
		faults = append(faults, fmt.Sprintf("%s: %s %q of %s is lost without a word", v.place, v.slot, v.text, v.mail))
	}
	return faults
}

// stands reports whether a value is still where it was typed.
func (h *history) stands(v *typed) bool {
	return slices.ContainsFunc(h.w.user(v.place).All(contact.Person), func(r contact.Record) bool {
		return r.Fields["email.work"] == v.mail && sameText(v.slot, r.Fields[v.slot], v.text)
	})
}

// state shows what there is of the persons a failure names.
func (h *history) state(failure string) string {
	about := func(mail string) bool { return strings.Contains(failure, mail) || !strings.Contains(failure, "@") }
	var b strings.Builder
	for _, p := range h.w.policies {
		if p.Kind != contact.Person {
			continue
		}
		f := p.Fields[0]
		fmt.Fprintf(&b, "%s: leading %v conflict %s blanks %s edits %s takes %+v locked %v watched %v skip %v",
			p.Place, f.Leading, f.Conflict, f.Blanks, f.Edits, *p.Takes, p.Locked, p.Watched, p.Skip)
		if p.Gives != nil {
			fmt.Fprintf(&b, " deletes %s", p.Gives.Deletes)
		} else {
			b.WriteString(" follows")
		}
		b.WriteString("\n")
		for _, r := range h.w.user(p.System).All(contact.Person) {
			if about(r.Fields["email.work"]) {
				fmt.Fprintf(&b, "   %s %v\n", r.ID, r.Fields)
			}
		}
	}
	persons, links := h.parties()
	for _, p := range persons {
		if !about(p.Text("email.work")) {
			continue
		}
		fmt.Fprintf(&b, "party %s %s origin %s", p.ID, p.State, p.Origin)
		for _, slot := range append([]string{"email.work"}, editable...) {
			fmt.Fprintf(&b, " %s=%q(%s)", slot, p.Fields[slot].Text, p.Fields[slot].From)
		}
		b.WriteString("\n")
		for _, place := range historyPlaces {
			if l, ok := links[p.ID][place]; ok {
				fmt.Fprintf(&b, "   %s remote %q gone %q made %t due %t not before %s problem %v held %v\n      seen %q\n      sent %q\n", place, l.Remote, l.Gone, l.Made, l.Due, l.NotBefore.Format(time.TimeOnly), l.Problem, l.Held, l.Seen, l.Sent)
			}
		}
		entries, _ := h.w.store.Entries(h.w.ctx, p.ID, 0, 1000)
		slices.Reverse(entries)
		for _, e := range entries {
			fmt.Fprintf(&b, "   | %d %s %s %s %s %q → %q %v\n", e.Run, e.Op, e.Place, e.Remote, e.Field, e.Before, e.After, e.Why)
		}
	}
	return b.String()
}
