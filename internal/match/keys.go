package match

// keyList collects the blocking keys of one row: two records are compared when they
// share one. A key is a hash; the lowest bit tells a weak one, whose list is skipped
// when it is long, from a strong one.
type keyList struct {
	n    int
	list [32]uint64
}

const weakBit = 1

func (k *keyList) weak(tag uint64, parts ...uint32)   { k.put(tag, parts, weakBit) }
func (k *keyList) strong(tag uint64, parts ...uint32) { k.put(tag, parts, 0) }

func (k *keyList) put(tag uint64, parts []uint32, bit uint64) {
	if k.n == len(k.list) {
		return
	}
	h := tag * 0x9e3779b97f4a7c15
	for _, p := range parts {
		if p == 0 || p >= asked && tag >= byNumber {
			return
		}
		h = mix(h, uint64(p))
	}
	h = h&^weakBit | bit
	for _, have := range k.list[:k.n] {
		if have == h {
			return
		}
	}
	k.list[k.n] = h
	k.n++
}

// Kinds of keys. Those from byNumber on contain the number of a value, which a value
// unknown to the table has not; the others contain hashes.
const (
	keySound = iota + 1
	keySkeleton
	keyFirst
	keyCompanyLast
	keyCompanyFirst
	byNumber
	keyMail
	keyMailLast
	keyLocal
	keyDomainLast
	keyPhone
	keyPhoneLast
	keyNamePostcode
	keyPostcodeLast
	keyPlaceFirst
	keyBirth
	keyBirthLast
	keyBirthFirst
	keyStreet
	keyStreetFirst
	keyCityLast
	keyPostcodeFirst
	keyCityFirst
	keyHousePostcode
	keyHouseCity
	keyStreetHead
	keyStreetLast
	keyStreetCity
	keyHeads
	keyIdent
	keyCompany
)

// keys lists the blocking keys of a row, the telling ones first.
func (v *view) keys(r *row, k *keyList) {
	k.n = 0
	first, last := v.nameOf(r.first), v.nameOf(r.last)
	for _, id := range r.idents {
		k.strong(keyIdent, id)
	}
	for _, id := range r.mails {
		if id == 0 {
			continue
		}
		m := v.mailOf(id)
		if m.generic {
			k.weak(keyMailLast, id, last.head)
			k.weak(keyMail, id)
		} else {
			k.strong(keyMail, id)
			if m.local < asked && len(v.locals.bytes(m.local)) >= 5 {
				k.weak(keyLocal, m.local)
			}
		}
		if !v.domainOf(m.domain).free {
			k.weak(keyDomainLast, m.domain, last.head)
		}
	}
	for _, id := range r.phones {
		k.strong(keyPhone, id)
		k.weak(keyPhoneLast, id, last.head)
	}
	if v.kind == Company {
		v.companyKeys(r, last, k)
		return
	}
	// sorted: first and last name in each other's field are found for free
	k.weak(keySkeleton, min(first.skel, last.skel), max(first.skel, last.skel))
	k.weak(keySound, min(first.sound, last.sound), max(first.sound, last.sound))
	if r.company != 0 {
		c := v.companyOf(r.company).skel
		k.weak(keyCompanyLast, c, last.sound)
		k.weak(keyCompanyFirst, c, first.stem)
		k.weak(keyPlaceFirst, c, r.postcode, first.head)
	}
	if r.first != 0 {
		k.weak(keyNamePostcode, uint32(first.initial), last.head, r.postcode)
	}
	k.weak(keyPostcodeLast, r.postcode, last.sound)
	if r.birth != 0 {
		k.weak(keyBirthLast, r.birth, last.head)
		k.weak(keyBirthFirst, r.birth, first.head)
		k.weak(keyBirth, r.birth)
	}
	if r.company == 0 {
		k.weak(keyStreet, r.street, r.house)
		k.weak(keyStreetFirst, r.street, first.head)
		k.weak(keyStreetLast, r.street, last.head)
		k.weak(keyStreetCity, r.street, r.city)
		k.weak(keyCityLast, r.city, last.sound)
		k.weak(keyCityFirst, r.city, first.sound)
		k.weak(keyPostcodeFirst, r.postcode, first.sound)
		k.weak(keyHousePostcode, r.house, r.postcode)
		k.weak(keyHouseCity, r.house, r.city)
		k.weak(keyStreetHead, v.streetHead(r.street), r.house)
		k.weak(keyHeads, min(first.head, last.head), max(first.head, last.head))
	}
}

func (v *view) companyKeys(r *row, name *nameEntry, k *keyList) {
	k.weak(keySkeleton, name.skel)
	k.weak(keySound, name.sound)
	k.weak(keyNamePostcode, name.head, r.postcode)
	k.weak(keyStreet, r.street, r.house, r.postcode)
	k.weak(keyCityLast, r.city, name.stem)
	for _, id := range r.mails {
		if id != 0 {
			if d := v.mailOf(id).domain; !v.domainOf(d).free {
				k.weak(keyCompany, d)
			}
		}
	}
}

// streetHead is a hash of the first letters of a street, which survive most slips.
func (v *view) streetHead(id uint32) uint32 {
	b := v.textOf(id, streetsOf)
	return shortHash(string(b[:min(len(b), 5)]))
}
