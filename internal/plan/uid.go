package plan

import (
	"slices"
	"strings"

	"kith/internal/contact"
)

// maxUIDs is how many UIDs a party remembers: one for each of its books, with
// room for those that a server has replaced.
const maxUIDs = 16

// FirstUID is the UID under which a party is to appear in further books: that
// of the first card it was known by, "" where it has been on none.
func FirstUID(p *contact.Party) string {
	first, _, _ := strings.Cut(p.Text(contact.FieldUID), contact.ListSeparator)
	return first
}

// uid remembers who the card says it is. Cards in different books that were
// found to be the same may say different things, and all of it stays true.
func (f *folding) uid() {
	uid := f.in.Record.UID
	if uid == "" || strings.Contains(uid, contact.ListSeparator) || f.party.State != contact.Active {
		return
	}
	known := f.party.Fields[contact.FieldUID]
	both := bothUIDs(known, contact.Value{Text: uid, From: f.row.Place, At: f.in.Now.UTC()})
	if both != known {
		f.party.Fields[contact.FieldUID] = both
		f.changed = true
	}
}

// bothUIDs adds to what is known what is not known yet.
func bothUIDs(known, more contact.Value) contact.Value {
	if known.Text == "" {
		return more
	}
	uids := strings.Split(known.Text, contact.ListSeparator)
	for uid := range strings.SplitSeq(more.Text, contact.ListSeparator) {
		same := func(k string) bool { return normalUID(k) == normalUID(uid) }
		if len(uids) < maxUIDs && !slices.ContainsFunc(uids, same) {
			uids = append(uids, uid)
		}
	}
	known.Text = strings.Join(uids, contact.ListSeparator)
	return known
}

// UIDKeys are the keys of the cards of a party.
func UIDKeys(p *contact.Party) []Key {
	known := p.Text(contact.FieldUID)
	if known == "" {
		return nil
	}
	var keys []Key
	for uid := range strings.SplitSeq(known, contact.ListSeparator) {
		keys = append(keys, Key{contact.FieldUID, normalUID(uid)})
	}
	return keys
}

// normalUID is a UID without what version 4.0 and servers add to it and take
// away: the scheme, and the case of its letters.
func normalUID(uid string) string {
	return strings.TrimPrefix(strings.ToLower(uid), "urn:uuid:")
}
