package match

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"kith/internal/norm"
)

// layout says what each column of a file holds.
type layout struct {
	of      []column
	charset charset
	at      []place
	mobiles []int // the columns of mobiles, whose numbers come first
	id      int
	certain bool // the id column was named, or names itself one: its values must differ
	ignored []string
}

// recognise reads a header. named maps headers of the file to our names where the user
// has told them; idColumn is the file's name of the id, empty for the first column.
// What a file does not have of them is not missed here, see allNamed.
func recognise(header []string, named map[string]string, idColumn string) (layout, error) {
	l := layout{of: make([]column, len(header)), at: make([]place, len(header)), id: -1}
	told := make(map[string]column)
	for theirs, ours := range named {
		c, err := columnByName(ours)
		if err != nil {
			return l, err
		}
		told[norm.Fold(theirs)] = c
	}
	var taken [numColumns]bool
	for _, h := range header {
		taken[told[norm.Fold(h)]] = true
	}
	taken[colNone] = false
	for i, h := range header {
		c, at := heading(h)
		if taken[c] {
			c, at = colNone, anyPlace // the user has said which it is
		}
		if ours := told[norm.Fold(h)]; ours != colNone {
			c = ours
		}
		l.of[i], l.at[i] = c, at
		if idColumn != "" && l.id < 0 && norm.Fold(h) == norm.Fold(idColumn) {
			l.id, l.certain = i, true
		}
	}
	if l.id < 0 {
		l.id, l.certain = 0, namesRecords(header[0])
	}
	if name := norm.Fold(header[l.id]); told[name] == colNone && loneWord[name] {
		l.of[l.id] = colNone
	}
	l.settle(header, told)
	usable := 0
	for i, c := range l.of {
		switch {
		case c == colMobile:
			l.mobiles = append(l.mobiles, i)
			usable++
		case c != colNone:
			usable++
		case i != l.id:
			l.ignored = append(l.ignored, strings.TrimSpace(header[i]))
		}
	}
	if usable < 2 {
		return l, fmt.Errorf("fewer than two usable columns in %s; looked for %s: name them with --columns first_name=Vorname,…",
			strings.Join(header, ", "), strings.Join(columnNames[colFirst:], " "))
	}
	return l, nil
}

// settle decides what a header alone leaves open: "Name" beside "Vorname" is the last
// name, "Nom" without "Prénom" the whole one, and "by" beside "bm" a year, no town.
func (l *layout) settle(header []string, told map[string]column) {
	for i, h := range header {
		name := norm.Fold(h)
		if told[name] != colNone {
			continue
		}
		switch first := slices.Contains(l.of, colFirst); name {
		case "name", "namn", "navn":
			if l.of[i] == colName && first && !slices.Contains(l.of, colLast) {
				l.of[i] = colLast
			}
		case "nom":
			if l.of[i] == colLast && !first && !slices.Contains(l.of, colName) {
				l.of[i] = colName
			}
		case "by":
			if l.of[i] == colCity && slices.Contains(l.of, colBirthMonth) {
				l.of[i] = colBirthYear
			}
		}
	}
}

// allNamed finds the columns the user has named that no file has.
func allNamed(headers [][]string, named map[string]string, idColumn string) error {
	has := func(name string) bool {
		return slices.ContainsFunc(headers, func(header []string) bool {
			return slices.ContainsFunc(header, func(h string) bool { return norm.Fold(h) == norm.Fold(name) })
		})
	}
	var all []string
	for _, header := range headers {
		all = append(all, strings.Join(header, ", "))
	}
	var missed []error
	for theirs, ours := range named {
		if !has(theirs) {
			missed = append(missed, fmt.Errorf("no column %q (named for %s); there are %s", theirs, ours, strings.Join(all, "; and ")))
		}
	}
	if idColumn != "" && !has(idColumn) {
		missed = append(missed, fmt.Errorf("no column %q for the id; there are %s", idColumn, strings.Join(all, "; and ")))
	}
	slices.SortFunc(missed, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(missed...)
}

func columnByName(name string) (column, error) {
	for c := colFirst; c < numColumns; c++ {
		if columnNames[c] == name {
			return c, nil
		}
	}
	if c, _ := heading(name); c != colNone {
		return c, nil
	}
	known := slices.Sorted(slices.Values(columnNames[colFirst:]))
	return colNone, fmt.Errorf("unknown column %q; the names are %s", name, strings.Join(known, " "))
}

// address is one of the addresses of a line.
type address struct{ street, house, postcode, city, region, country string }

// part is where a column of an address belongs; nil for any other column.
func (a *address) part(c column) *string {
	switch c {
	case colStreet:
		return &a.street
	case colHouse:
		return &a.house
	case colPostcode:
		return &a.postcode
	case colCity:
		return &a.city
	case colRegion:
		return &a.region
	case colCountry:
		return &a.country
	}
	return nil
}

// record fills r from a line. Of several columns of one kind the first filled counts,
// except for addresses and numbers, which all count. Of several postal addresses one
// counts, that without a word before the one at work, and that before the one at home.
func (l *layout) record(line []string, r *Record) {
	*r = Record{Mails: r.Mails[:0], Phones: r.Phones[:0], Idents: r.Idents[:0]}
	for _, i := range l.mobiles {
		if i < len(line) {
			r.Phones = apart(r.Phones, l.charset.cell(line[i]), ";")
		}
	}
	r.Mobiles = len(r.Phones)
	var places [numPlaces]address
	var suffix, year, month, day string
	single := [numColumns]*string{
		colFirst: &r.First, colLast: &r.Last, colName: &r.Name, colSuffix: &suffix, colCompany: &r.Company,
		colBirth: &r.Birth, colBirthYear: &year, colBirthMonth: &month, colBirthDay: &day,
	}
	for i, c := range l.of {
		if i >= len(line) || line[i] == "" || c == colNone && i != l.id || c == colMobile {
			continue
		}
		v := l.charset.cell(line[i])
		if i == l.id {
			r.ID = strings.TrimSpace(l.charset.decoded(line[i]))
		}
		if v == "" || v == "NA" && c != colCountry && c != colLast { // Namibia, Mr Na
			continue
		}
		switch c {
		case colMail:
			r.Mails = apart(r.Mails, v, ";,")
		case colPhone:
			r.Phones = apart(r.Phones, v, ";")
		default:
			if to := single[c]; to != nil {
				*to = firstOf(*to, v)
			} else if to := places[l.at[i]].part(c); to != nil {
				*to = firstOf(*to, v)
			}
		}
	}
	r.live(&places)
	if suffix != "" && norm.SplitName("x "+suffix).Suffix != "" {
		r.Last += " " + suffix
	}
	if year != "" && len(r.Birth) <= 2 { // "Geburtstag" beside "Geburtsjahr" is a day of the month
		r.Birth = year + "-" + twoDigits(month) + "-" + twoDigits(firstOf(r.Birth, day))
	}
}

// live takes the first address that says more than a country.
func (r *Record) live(places *[numPlaces]address) {
	for i := range places {
		at := &places[i]
		r.Country = firstOf(r.Country, at.country)
		if at.street == "" && at.postcode == "" && at.city == "" {
			continue
		}
		r.Street, r.Postcode, r.City, r.Region, r.Country = at.street, at.postcode, at.city, at.region, firstOf(at.country, r.Country)
		if at.house != "" {
			r.Street += " " + at.house
		}
		return
	}
	r.Region = places[anyPlace].region
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// apart appends the values of one cell: some programs write several into one.
func apart(dst []string, v, separators string) []string {
	if v == "" {
		return dst
	}
	if !strings.ContainsAny(v, separators) && !strings.Contains(v, ":::") {
		return append(dst, v)
	}
	v = strings.ReplaceAll(v, ":::", ";")
	for part := range strings.FieldsFuncSeq(v, func(c rune) bool { return strings.ContainsRune(separators, c) || c == ';' }) {
		if part = strings.TrimSpace(part); part != "" {
			dst = append(dst, part)
		}
	}
	return dst
}
