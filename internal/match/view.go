package match

// view reads the values of rows of a table and, beside them, those of one record
// that is only asked for: what the table does not know stands in extra, under
// numbers from asked on.
type view struct {
	*table
	extra *table
}

const asked = 1 << 31

func (v *view) nameOf(id uint32) *nameEntry {
	if id >= asked {
		return &v.extra.name[id-asked]
	}
	return &v.table.name[id]
}

func (v *view) nameBytes(id uint32) []byte {
	if id >= asked {
		return v.extra.names.bytes(id - asked)
	}
	return v.names.bytes(id)
}

// personsOf is the set of one person by first name, see personBit.
func (v *view) personsOf(first uint32) uint64 {
	if first == 0 {
		return 0
	}
	return personBit(string(v.nameBytes(first)))
}

func (v *view) mailOf(id uint32) *mailEntry {
	if id >= asked {
		return &v.extra.mail[id-asked]
	}
	return &v.table.mail[id]
}

// boxesOf is how many domains are known to have a box of this local part.
func (v *view) boxesOf(local uint32) uint8 {
	if local >= asked {
		return v.extra.boxes[local-asked]
	}
	return v.table.boxes[local]
}

func (v *view) domainOf(id uint32) *wordEntry {
	if id >= asked {
		return &v.extra.domain[id-asked]
	}
	return &v.table.domain[id]
}

func (v *view) phoneOf(id uint32) *phoneEntry {
	if id >= asked {
		return &v.extra.phone[id-asked]
	}
	return &v.table.phone[id]
}

func (v *view) phoneNumber(id uint32) uint64 {
	if id >= asked {
		return v.extra.phones.value[id-asked]
	}
	return v.phones.value[id]
}

func (v *view) companyOf(id uint32) *wordEntry {
	if id >= asked {
		return &v.extra.company[id-asked]
	}
	return &v.table.company[id]
}

// textOf reads a text from one of the table's dictionaries; pick names it.
func (v *view) textOf(id uint32, pick func(*table) *dict) []byte {
	if id == 0 {
		return nil
	}
	if id >= asked {
		return pick(v.extra).bytes(id - asked)
	}
	return pick(v.table).bytes(id)
}

func localsOf(t *table) *dict    { return &t.locals }
func domainsOf(t *table) *dict   { return &t.domains }
func companiesOf(t *table) *dict { return &t.companies }
func streetsOf(t *table) *dict   { return &t.streets }
func citiesOf(t *table) *dict    { return &t.cities }
func codesOf(t *table) *dict     { return &t.codes }

// ask writes a form as a row without changing the table: unknown values go to extra.
func (v *view) ask(f *form) row {
	x := v.extra
	r := row{birth: f.birth, country: f.country, suffix: f.suffix, taken: f.taken}
	r.first, r.last, r.given = v.askName(f.first), v.askName(f.last), v.askName(f.given)
	for i, m := range f.mails {
		if m.local == "" {
			continue
		}
		local, domain := v.locals.find(m.local), v.domains.find(m.domain)
		if local != 0 && domain != 0 {
			if id := v.table.mails.find(uint64(local)<<32 | uint64(domain)); id != 0 {
				r.mails[i] = id
				continue
			}
		}
		id := x.addMail(m)
		e := &x.mail[id]
		if e.local, e.domain = e.local+asked, e.domain+asked; local != 0 {
			e.local = local
		}
		if domain != 0 {
			e.domain = domain
		}
		r.mails[i] = id + asked
	}
	for i, p := range f.phones {
		if p.number == 0 {
			continue
		}
		if r.phones[i] = v.table.phones.find(p.number); r.phones[i] == 0 {
			r.phones[i] = x.addPhone(p) + asked
		}
	}
	r.company = askWord(&v.companies, &x.companies, &x.company, f.company)
	if r.company >= asked {
		e := &x.company[r.company-asked]
		e.skel, e.set = companySkeleton(f.company), letters([]byte(f.company))
	}
	r.street = askWord(&v.streets, &x.streets, &x.street, f.street)
	r.city = askWord(&v.cities, &x.cities, &x.city, f.city)
	r.house, r.postcode, r.region = v.askCode(f.house), v.askCode(f.postcode), v.askCode(f.region)
	for i, id := range f.idents {
		r.idents[i] = v.askCode(id)
	}
	return r
}

func (v *view) askCode(s string) uint32 {
	return askWord(&v.table.codes, &v.extra.codes, &v.extra.code, s)
}

func (v *view) askName(s string) uint32 {
	if id := v.names.find(s); id != 0 || s == "" {
		return id
	}
	return v.extra.addName(s) + asked
}

func askWord(known, extra *dict, e *[]wordEntry, s string) uint32 {
	if id := known.find(s); id != 0 || s == "" {
		return id
	}
	return addWord(extra, e, s) + asked
}
