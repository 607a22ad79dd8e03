package plan

import "kith/internal/contact"

// dropDerivedName takes away a displayed name that is only its parts joined,
// so that a changed part is not held back by an old whole.
func dropDerivedName(vals map[string]val) {
	full, ok := vals["name.full"]
	if !ok || (vals["name.given"].blank() && vals["name.family"].blank()) {
		return
	}
	if full.blank() || shapeOf(vals, full.text) != nil {
		delete(vals, "name.full")
	}
}

// shapeOf returns the way in which a displayed name is made of its parts, nil
// where it says more than they do.
func shapeOf(vals map[string]val, full string) *namePattern {
	get := func(slot string) string { return vals[slot].text }
	for _, shape := range derivedNames {
		if shape.join(get) == full {
			return shape
		}
	}
	return nil
}

// saysNothing reports whether a field is a displayed name that a following
// place shows, or leaves blank, in its own way at first contact: that is no
// reason to write it.
func (f *folding) saysNothing(native string, es []*entry) bool {
	if f.row.Gives != nil || len(es) == 0 || es[0].Slot != "name.full" || es[0].pattern != nil || !f.firstContact(native) {
		return false
	}
	_, own := f.shownSlots.vals["name.full"]
	return !own
}

// staleName returns the displayed name that a place would be left with when
// the given fields have been written: one that was made of its parts and that
// no longer fits them. It is written in the shape it had. Ok is false where
// nothing needs to be done.
func (l *lacking) staleName(native string, want, fields contact.Fields, refs Refs) (text string, ok bool) {
	text, wants := want[native]
	shown := l.link.Seen[native]
	if !wants || shown == "" || contact.IsDigest(shown) || l.link.Sent[native] == text {
		return "", false
	}
	if _, own := l.want.vals["name.full"]; own {
		return "", false
	}
	after := l.seen
	if len(fields) > 0 {
		after = l.row.read(overlay(texts(l.link.Seen), fields), refs)
	}
	if _, whole := after.vals["name.full"]; !whole {
		return "", false
	}
	if shape := shapeOf(l.row.read(without(texts(l.link.Seen), native), refs).vals, shown); shape != nil {
		text = shape.join(func(slot string) string { return l.want.vals[slot].text })
	}
	return text, true
}

func without(fields contact.Fields, name string) contact.Fields {
	rest := fields.Clone()
	delete(rest, name)
	return rest
}

// latestPart returns the part of a name that was set last, and by whom: what a
// displayed name owes its change to.
func latestPart(p contact.Party) (part, from string) {
	for _, slot := range displayName.slots {
		if v, ok := p.Fields[slot]; ok && (part == "" || v.At.After(p.Fields[part].At)) {
			part, from = slot, v.From
		}
	}
	return part, from
}
