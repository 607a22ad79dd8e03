package match

import (
	"fmt"
	"sort"
	"strings"

	"kith/internal/norm"
)

// column is what a column of a file holds.
type column uint8

const (
	colNone column = iota
	colID
	colFirst
	colLast
	colName
	colMail
	colMobile
	colPhone
	colCompany
	colStreet
	colHouse
	colPostcode
	colCity
	colRegion
	colCountry
	colBirth
	numColumns
)

// columnNames are the names that --columns and messages use.
var columnNames = [numColumns]string{
	"", "id", "first_name", "last_name", "name", "email", "mobile", "phone", "company", "street", "house_number", "postcode", "city", "state", "country", "birth_date",
}

// headers holds the usual names of columns, folded, in English, German, French and
// Swedish.
var headers = readHeaders(map[column]string{
	colFirst:    "first name|firstname|given name|givenname|forename|fname|first|vorname|rufname|prenom|fornamn|foernamn|tilltalsnamn",
	colLast:     "last name|lastname|surname|family name|familyname|lname|last|nachname|familienname|zuname|nom de famille|nom|efternamn|slaektnamn",
	colName:     "name|full name|fullname|display name|contact|contact name|kontakt|ansprechpartner|nom complet|namn|fullstaendigt namn",
	colMail:     "email|e mail|mail|email address|e mail address|emailaddress|mail 1|email 1|e mail 1|e mail adresse|emailadresse|mailadresse|courriel|adresse e mail|adresse mail|adresse electronique|e post|epost|e postadress|e mail 2|email 2",
	colMobile:   "mobile|mobile phone|mobilephone|cell|cell phone|cellphone|mobile number|mobil|handy|mobiltelefon|mobilnummer|handynummer|portable|telephone portable|tel portable|mobilnr",
	colPhone:    "phone|telephone|tel|phone number|business phone|work phone|office phone|direct line|phone 1|phone 2|telefon|telefonnummer|rufnummer|durchwahl|telefon geschaeftlich|telefon dienstlich|telephone fixe|numero de telephone|tel fixe|telefonnr|arbetstelefon",
	colCompany:  "company|company name|organisation|organization|org|employer|account|account name|business|firma|firmenname|unternehmen|arbeitgeber|societe|entreprise|raison sociale|foeretag|foeretagsnamn|arbetsgivare|bolag",
	colStreet:   "street|address|address 1|address1|address line 1|street address|addr|strasse|anschrift|adresse|strasse und hausnummer|rue|voie|gata|gatuadress|adress",
	colHouse:    "house number|street number|housenumber|streetnumber|house no|hausnummer|hausnr|hnr|numero de rue|gatunummer|husnummer",
	colPostcode: "postcode|post code|postal code|postalcode|zip|zip code|zipcode|plz|postleitzahl|code postal|cp|postnummer|postnr",
	colCity:     "city|town|suburb|place|locality|city town|ort|stadt|wohnort|ville|localite|commune|stad|postort|birth place",
	colRegion:   "state|region|province|county|bundesland|kanton|canton|departement|etat|laen|landskap",
	colCountry:  "country|country code|land|laenderkennzeichen|pays|landskod",
	colBirth:    "birth date|birthdate|date of birth|dob|birthday|birth|geburtsdatum|geburtstag|geboren|date de naissance|ne le|foedelsedatum|foedelsedag|foedd",
})

func readHeaders(lists map[column]string) map[string]column {
	m := make(map[string]column)
	for c, list := range lists {
		for name := range strings.SplitSeq(list, "|") {
			m[name] = c
		}
	}
	return m
}

// layout says what each column of a file holds.
type layout struct {
	of      []column
	id      int
	ignored []string
}

// recognise reads a header. named maps our names to the file's where the user has
// told them; idColumn is the file's name of the id, empty for the first column.
func recognise(header []string, named map[string]string, idColumn string) (layout, error) {
	l := layout{of: make([]column, len(header)), id: -1}
	told := make(map[string]column)
	for ours, theirs := range named {
		c, err := columnByName(ours)
		if err != nil {
			return l, err
		}
		told[norm.Fold(theirs)] = c
	}
	seen := make(map[string]bool)
	for i, h := range header {
		name := norm.Fold(strings.ReplaceAll(h, "_", " "))
		seen[name], seen[norm.Fold(h)] = true, true
		if c, ok := told[norm.Fold(h)]; ok {
			l.of[i] = c
		} else if c, ok := headers[name]; ok && !contains(told, c) {
			l.of[i] = c
		}
		if idColumn != "" && norm.Fold(h) == norm.Fold(idColumn) {
			l.id = i
		}
	}
	for ours, theirs := range named {
		if !seen[norm.Fold(theirs)] {
			return l, fmt.Errorf("no column %q (named for %s); the file has %s", theirs, ours, strings.Join(header, ", "))
		}
	}
	if l.id < 0 && idColumn != "" {
		return l, fmt.Errorf("no column %q for the id; the file has %s", idColumn, strings.Join(header, ", "))
	}
	l.id = max(l.id, 0)
	usable := 0
	for i, c := range l.of {
		switch {
		case i == l.id:
			l.of[i] = colID
		case c == colNone:
			l.ignored = append(l.ignored, strings.TrimSpace(header[i]))
		default:
			usable++
		}
	}
	if usable < 2 {
		return l, fmt.Errorf("fewer than two usable columns in %s; looked for %s: name them with --columns first_name=Vorname,…",
			strings.Join(header, ", "), strings.Join(columnNames[colFirst:], " "))
	}
	return l, nil
}

func contains(told map[string]column, c column) bool {
	for _, have := range told {
		if have == c {
			return true
		}
	}
	return false
}

func columnByName(name string) (column, error) {
	for c := colFirst; c < numColumns; c++ {
		if columnNames[c] == name {
			return c, nil
		}
	}
	if c, ok := headers[norm.Fold(strings.ReplaceAll(name, "_", " "))]; ok {
		return c, nil
	}
	known := append([]string(nil), columnNames[colFirst:]...)
	sort.Strings(known)
	return colNone, fmt.Errorf("unknown column %q; the names are %s", name, strings.Join(known, " "))
}

// record fills r from a line. Of several columns of one kind the first filled counts,
// except for addresses and numbers, which all count.
func (l *layout) record(line []string, r *Record) {
	*r = Record{Mails: r.Mails[:0], Phones: r.Phones[:0], Idents: r.Idents[:0]}
	house := ""
	mobile := ""
	for i, c := range l.of {
		if i >= len(line) || line[i] == "" {
			continue
		}
		v := line[i]
		switch c {
		case colID:
			r.ID = strings.TrimSpace(v)
		case colMail:
			r.Mails = append(r.Mails, v)
		case colMobile:
			mobile = firstOf(mobile, v)
		case colPhone:
			r.Phones = append(r.Phones, v)
		case colHouse:
			house = firstOf(house, v)
		default:
			if at := r.field(c); at != nil && strings.TrimSpace(*at) == "" {
				*at = v
			}
		}
	}
	if mobile != "" {
		r.Phones = append(r.Phones, mobile)
		copy(r.Phones[1:], r.Phones)
		r.Phones[0] = mobile
	}
	if house != "" {
		r.Street += " " + house
	}
}

func (r *Record) field(c column) *string {
	switch c {
	case colFirst:
		return &r.First
	case colLast:
		return &r.Last
	case colName:
		return &r.Name
	case colCompany:
		return &r.Company
	case colStreet:
		return &r.Street
	case colPostcode:
		return &r.Postcode
	case colCity:
		return &r.City
	case colRegion:
		return &r.Region
	case colCountry:
		return &r.Country
	case colBirth:
		return &r.Birth
	}
	return nil
}
