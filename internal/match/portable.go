package match

import (
	"strings"

	"kith/internal/norm"
)

// Keys answers the keys by which a record can be found among others that are not in
// memory: two records that may be one mostly share one of them, and many share none.
// They depend on the record alone and stay the same from version to version. country
// is assumed where the record names none.
//
// A keyed hash of each is all that has to be kept of a record to find it again.
func Keys(kind Kind, country string, r *Record) []uint64 {
	var f form
	f.normalise(kind, r, country)
	k := portable{seen: make([]uint64, 0, 12)}
	for _, id := range f.idents {
		k.add(keyIdent, id)
	}
	for _, m := range f.mails {
		if m.class == norm.GenericMail {
			k.add(keyMailLast, m.local+"@"+m.domain, head(f.last))
		} else if m.local != "" {
			k.add(keyMail, m.local+"@"+m.domain)
		}
	}
	for _, p := range f.phones {
		if p.number != 0 {
			k.seen = append(k.seen, mix(keyPhone, p.number&^looseBit))
		}
	}
	if kind == Company {
		k.add(keySkeleton, norm.Skeleton(tellingWord(f.last)))
		k.add(keyNamePostcode, head(f.last), f.postcode)
		k.add(keyCityLast, head(f.last), f.city)
		return k.seen
	}
	first, last := sound(f.first), sound(f.last)
	k.add(keySound, min(first, last), max(first, last)) // sorted: swapped names are found
	k.add(keyCompanyLast, f.company, last)
	k.add(keyCompanyFirst, f.company, head(f.first))
	k.add(keyPostcodeLast, f.postcode, last)
	return k.seen
}

// portable collects keys made of texts; a missing one makes none.
type portable struct{ seen []uint64 }

func (k *portable) add(tag uint64, parts ...string) {
	h := tag
	for _, p := range parts {
		if p == "" {
			return
		}
		h = mix(h, hashOf(p))
	}
	k.seen = append(k.seen, h)
}

func joined(name string) string { return strings.ReplaceAll(name, " ", "") }

func sound(name string) string { return norm.Phonetic(joined(name)) }

// head is the first letters of a name, whatever its spelling.
func head(name string) string {
	s := norm.Skeleton(joined(name))
	return s[:min(3, len(s))]
}
