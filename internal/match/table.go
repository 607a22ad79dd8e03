package match

import (
	"math"
	"slices"

	"kith/internal/norm"
)

// row is a record in numbers: what it holds is in the dictionaries of its table.
// 0 is a missing value. Rows hold no pointers.
type row struct {
	first, last uint32
	given       uint32 // what stood for the first name where that was taken from an address
	mails       [maxMails]uint32
	phones      [maxPhones]uint32
	company     uint32
	street      uint32
	house       uint32
	postcode    uint32
	city        uint32
	region      uint32
	birth       uint32
	idents      [maxIdents]uint32
	country     uint16
	suffix      uint8 // see form
	taken       uint8 // see form
	side        uint8
}

// nameEntry is what is known of a name beside its text.
type nameEntry struct {
	skel, sound uint32 // hashes of its skeleton and its phonetic code
	head, stem  uint32 // hashes of the skeleton's first three and four letters
	key         uint64 // see nameKey
	letters     uint64
	count       [2]uint32 // records that hold it as first and as last name
	words       uint8
	length      uint8
	initial     byte
	nick        bool // the nickname tables know it
	known       bool // a first name that is in use as it stands
	initials    bool // nothing but single letters
}

// mailEntry is an address; persons is a set of those seen with it, see personBit.
type mailEntry struct {
	local, domain uint32
	persons       uint64
	count         uint32
	generic       bool
}

type phoneEntry struct {
	persons uint64
	count   uint32
	class   norm.PhoneClass
}

// wordEntry counts the records that hold a text.
type wordEntry struct {
	count uint32
	free  bool   // a domain anyone can have an address in
	skel  uint32 // hash of a company's telling words
	set   uint64 // letters
}

// table holds records of one kind as rows with shared dictionaries.
type table struct {
	kind    Kind
	country string
	rows    []row
	ids     dict

	names     dict
	name      []nameEntry
	locals    dict
	boxes     []uint8 // domains that have a box of each local part, up to 255
	domains   dict
	domain    []wordEntry
	mails     numbers // local<<32 | domain
	mail      []mailEntry
	phones    numbers
	phone     []phoneEntry
	companies dict
	company   []wordEntry
	streets   dict
	street    []wordEntry
	cities    dict
	city      []wordEntry
	codes     dict // postcodes, house numbers, regions, identifiers
	code      []wordEntry
	births    map[uint32]uint32
}

func newTable(kind Kind, country string) *table {
	return &table{
		kind: kind, country: country, ids: newDict(), names: newDict(), name: make([]nameEntry, 1), locals: newDict(), boxes: make([]uint8, 1),
		domains: newDict(), domain: make([]wordEntry, 1), mails: newNumbers(), mail: make([]mailEntry, 1), phones: newNumbers(), phone: make([]phoneEntry, 1),
		companies: newDict(), company: make([]wordEntry, 1), streets: newDict(), street: make([]wordEntry, 1),
		cities: newDict(), city: make([]wordEntry, 1), codes: newDict(), code: make([]wordEntry, 1), births: make(map[uint32]uint32),
	}
}

// personBit places a person in a set of 64 by the beginning of the first name, the
// same for every spelling of it. Sets can be united in any order, so that nothing
// depends on the order of records; they only grow, until an index is loaded anew.
func personBit(first string) uint64 {
	if first == "" {
		return 0
	}
	s := norm.Skeleton(first)
	if len(s) > 3 {
		s = s[:3]
	}
	if len(s) < 2 {
		return 0 // an initial is no new person
	}
	return 1 << (hashOf(s) >> 58)
}

// intern writes a form as a row, adding what the dictionaries do not have.
func (t *table) intern(f *form) row {
	r := row{birth: f.birth, country: f.country, suffix: f.suffix, taken: f.taken}
	r.first, r.last, r.given = t.addName(f.first), t.addName(f.last), t.addName(f.given)
	who := personBit(f.first)
	for i, m := range f.mails {
		if m.local != "" {
			r.mails[i] = t.addMail(m)
			t.mail[r.mails[i]].persons |= who
		}
	}
	for i, p := range f.phones {
		if p.number != 0 {
			r.phones[i] = t.addPhone(p)
			t.phone[r.phones[i]].persons |= who
		}
	}
	r.company = addWord(&t.companies, &t.company, f.company)
	if r.company != 0 && t.company[r.company].skel == 0 {
		t.company[r.company].skel, t.company[r.company].set = companySkeleton(f.company), letters([]byte(f.company))
	}
	r.street = addWord(&t.streets, &t.street, f.street)
	r.city = addWord(&t.cities, &t.city, f.city)
	r.house, r.postcode, r.region = t.addCode(f.house), t.addCode(f.postcode), t.addCode(f.region)
	for i, id := range f.idents {
		r.idents[i] = t.addCode(id)
	}
	return r
}

func addWord(d *dict, e *[]wordEntry, s string) uint32 {
	id, isNew := d.add(s)
	if isNew {
		*e = append(*e, wordEntry{})
	}
	return id
}

func (t *table) addCode(s string) uint32 { return addWord(&t.codes, &t.code, s) }

func (t *table) addName(s string) uint32 {
	id, isNew := t.names.add(s)
	if isNew {
		t.name = append(t.name, describeName(s))
	}
	return id
}

func describeName(s string) nameEntry {
	var room [64]byte
	tight := room[:0]
	e := nameEntry{words: 1}
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' {
			e.words++
			continue
		}
		tight = append(tight, s[i])
	}
	whole := s
	if e.words > 1 {
		whole = string(tight)
	}
	e.key = hashOf(whole)
	e.letters = letters(tight)
	skel := norm.Skeleton(whole)
	e.skel, e.head, e.stem = shortHash(skel), shortHash(skel[:min(3, len(skel))]), shortHash(skel[:min(4, len(skel))])
	e.length, e.initial = uint8(min(len(tight), 255)), skel[0]
	e.sound = shortHash(norm.Phonetic(whole))
	e.nick = knownNicknames().knows(e.key)
	e.known = isForename(s)
	e.initials = int(e.length) == int(e.words)
	return e
}

func (t *table) addMail(m mailForm) uint32 {
	local, isNew := t.locals.add(m.local)
	if isNew {
		t.boxes = append(t.boxes, 0)
	}
	domain, isNew := t.domains.add(m.domain)
	if isNew {
		t.domain = append(t.domain, wordEntry{free: norm.FreeMail(m.domain)})
	}
	id, isNew := t.mails.add(uint64(local)<<32 | uint64(domain))
	if isNew {
		t.mail = append(t.mail, mailEntry{local: local, domain: domain, generic: m.class == norm.GenericMail})
		if t.boxes[local] < math.MaxUint8 {
			t.boxes[local]++
		}
	}
	return id
}

func (t *table) addPhone(p phoneForm) uint32 {
	id, isNew := t.phones.add(p.number)
	if isNew {
		t.phone = append(t.phone, phoneEntry{class: p.class})
	}
	return id
}

// count adds a row to the counters of its values, or takes it off (by = -1).
func (t *table) count(r *row, by int32) {
	add := func(c *uint32) { *c += uint32(by) }
	if r.first != 0 {
		add(&t.name[r.first].count[0])
	}
	if r.last != 0 {
		add(&t.name[r.last].count[1])
	}
	for _, m := range r.mails {
		if m != 0 {
			add(&t.mail[m].count)
			add(&t.domain[t.mail[m].domain].count)
		}
	}
	for _, p := range r.phones {
		if p != 0 {
			add(&t.phone[p].count)
		}
	}
	add(&t.company[r.company].count)
	add(&t.street[r.street].count)
	add(&t.city[r.city].count)
	for _, c := range [...]uint32{r.house, r.postcode, r.region} {
		add(&t.code[c].count)
	}
	for _, c := range r.idents {
		add(&t.code[c].count)
	}
	if r.birth != 0 {
		t.births[r.birth] += uint32(by)
	}
}

// clip gives back what the slices hold in reserve after loading.
func (t *table) clip() {
	t.rows = slices.Clone(t.rows)
	t.name, t.mail, t.phone = slices.Clone(t.name), slices.Clone(t.mail), slices.Clone(t.phone)
	t.boxes = slices.Clone(t.boxes)
	t.mails.value, t.phones.value = slices.Clone(t.mails.value), slices.Clone(t.phones.value)
	for _, d := range [...]*dict{&t.ids, &t.names, &t.locals, &t.domains, &t.companies, &t.streets, &t.cities, &t.codes} {
		d.arena, d.end = slices.Clone(d.arena), slices.Clone(d.end)
	}
}

// reset empties a table that holds the values of one question.
func (t *table) reset() {
	for _, d := range [...]*dict{&t.names, &t.locals, &t.domains, &t.companies, &t.streets, &t.cities, &t.codes} {
		if d.size() > 0 {
			d.arena, d.end = d.arena[:0], d.end[:1]
			clear(d.slots)
		}
	}
	for _, n := range [...]*numbers{&t.mails, &t.phones} {
		if n.size() > 0 {
			n.value = n.value[:1]
			clear(n.slots)
		}
	}
	t.name, t.mail, t.phone, t.domain = t.name[:1], t.mail[:1], t.phone[:1], t.domain[:1]
	t.boxes = t.boxes[:1]
	t.company, t.street, t.city, t.code = t.company[:1], t.street[:1], t.city[:1], t.code[:1]
}
