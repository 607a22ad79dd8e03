package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"

	"kith/internal/contact"
)

// show returns what a record shows of the fields its row maps. Lists become
// fields named by slot, aligned with what the link saw before.
func (r *Row) show(record contact.Record, link contact.Link, party *contact.Party, answered contact.Fields) contact.Fields {
	shown := make(contact.Fields, len(r.fields))
	for _, native := range r.fields {
		if text, ok := record.Fields[native]; ok {
			shown[native] = text
		}
	}
	if r.Lists {
		for _, family := range contact.Families {
			if items, ok := record.Lists[family]; ok {
				r.align(shown, family, items, link, party, answered)
			}
		}
	}
	return shown
}

// ShownHash is a hash of all a record shows of what the row maps: equal means
// nothing new. A row that begins to give sees everything as new.
func (r *Row) ShownHash(record contact.Record) [16]byte {
	buf := make([]byte, 0, 512)
	add := func(text string) {
		buf = binary.AppendUvarint(buf, uint64(len(text)))
		buf = append(buf, text...)
	}
	if r.Gives != nil {
		buf = append(buf, 1)
	}
	buf = append(buf, record.Gone...)
	for _, native := range r.fields {
		if text, ok := record.Fields[native]; ok {
			add(native)
			add(text)
		}
	}
	if r.Lists {
		for _, family := range contact.Families {
			items, ok := record.Lists[family]
			if !ok {
				continue
			}
			add(family)
			for _, item := range items {
				add(item.Value)
				add(item.Label)
				for _, part := range contact.AddressParts {
					add(item.Parts[part])
				}
				if item.Preferred {
					buf = append(buf, 1)
				}
			}
		}
	}
	sum := sha256.Sum256(buf)
	return [16]byte(sum[:16])
}

// numberedSlots yields label, label2, label3 … of a family.
func numberedSlot(family, label string, n int) string {
	if n > 1 {
		return family + "." + label + strconv.Itoa(n)
	}
	return family + "." + label
}

// labelOf returns the label of an entry as slots know it: a user's own label,
// and no label at all, stand under other.
func labelOf(kind contact.Kind, family string, item contact.Item) string {
	if slices.Contains(contact.Labels(kind, family), item.Label) {
		return item.Label
	}
	return "other"
}
