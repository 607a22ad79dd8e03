package plan

import (
	"cmp"
	"strings"

	"kith/internal/contact"
)

// dropDerivedName takes away a displayed name that is only its parts joined,
// so that a changed part is not held back by an old whole, and returns the way in
// which they are joined.
func dropDerivedName(vals map[string]val) *namePattern {
	full, ok := vals["name.full"]
	if !ok || (vals["name.given"].blank() && vals["name.family"].blank()) {
		return nil
	}
	shape := shapeOf(vals, full.text)
	if full.blank() || shape != nil {
		delete(vals, "name.full")
	}
	return shape
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

// staleShape returns the way in which a displayed name was made of its parts before
// one of them became another, nil where that cannot be told.
func staleShape(vals map[string]val, full string) *namePattern {
	const changes = "\x00"
	for _, shape := range derivedNames {
		for _, changed := range shape.slots {
			known := 0
			before, after, _ := strings.Cut(shape.join(func(slot string) string {
				if slot == changed {
					return changes
				}
				if !vals[slot].blank() {
					known++
				}
				return vals[slot].text
			}), changes)
			if known > 0 && len(full) > len(before)+len(after) && strings.HasPrefix(full, before) && strings.HasSuffix(full, after) {
				return shape
			}
		}
	}
	return nil
}

// keepShape remembers how the place that leads, or that a person was born in,
// makes the displayed name of its parts: other places are given it so. It is no
// value of its own, and that it differs elsewhere is no difference.
func (f *folding) keepShape() {
	shape := f.shownSlots.shape
	if shape == nil || !f.row.givesSlot("name.full") {
		return
	}
	if f.row.Place != f.in.Party.Origin && !f.Leads(f.row.Kind, f.row.Place, f.in.Party.Origin) {
		return
	}
	have := f.party.Fields["name.full"]
	name := ""
	if shape != displayName {
		name = shape.String()
	}
	if have.Text != "" || have.Norm == name {
		return
	}
	f.party.Fields["name.full"] = contact.Value{Norm: name, From: f.row.Place, At: f.in.Now}
	f.changed = true
}

// shapeNamed is the way in which a displayed name is to be made of its parts.
func shapeNamed(name string) *namePattern {
	for _, shape := range derivedNames {
		if name != "" && shape.String() == name {
			return shape
		}
	}
	return displayName
}

// fullName is the name as displayed: as agreed, else made of its parts.
func fullName(p *contact.Party) string {
	if full := p.Text("name.full"); full != "" {
		return full
	}
	return shapeNamed(p.Fields["name.full"].Norm).join(p.Text)
}

// derivedName is the displayed name made of its parts, as far as a place may know
// it: where a part is not for it, the whole is not either.
func (b *Book) derivedName(r *Row, p *contact.Party) (val, bool) {
	shape := shapeNamed(p.Fields["name.full"].Norm)
	for _, slot := range shape.slots {
		if part := p.Fields[slot]; part.Text != "" && !b.exchanges(r, part.From) {
			return val{}, false
		}
	}
	name := shape.join(p.Text)
	return val{text: name}, name != ""
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
	if parts := without(fields, native); len(parts) > 0 {
		after = l.row.read(overlay(texts(l.link.Seen), parts), refs)
	}
	if _, whole := after.vals["name.full"]; !whole {
		return "", false
	}
	parts := l.row.read(without(texts(l.link.Seen), native), refs).vals
	if shape := cmp.Or(shapeOf(parts, shown), staleShape(parts, shown)); shape != nil {
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
