package match

import (
	"strconv"
	"strings"

	"kith/internal/norm"
)

// column is what a column of a file holds.
type column uint8

const (
	colNone column = iota
	colFirst
	colLast
	colName
	colSuffix
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
	colBirthYear
	colBirthMonth
	colBirthDay
	numColumns
)

// columnNames are the names that --columns and messages use.
var columnNames = [numColumns]string{
	"", "first_name", "last_name", "name", "suffix", "email", "mobile", "phone", "company", "street", "house_number", "postcode", "city", "state", "country",
	"birth_date", "birth_year", "birth_month", "birth_day",
}

// headers holds the usual names of columns, folded and without blanks, in English,
// German, French and the Scandinavian languages, those of the exports of address books
// and mail programs among them.
var headers = byWord(map[column]string{
	colFirst:      "first name|given name|forename|fname|first|vorname|rufname|prenom|fornamn|foernamn|tilltalsnamn|fornavn",
	colLast:       "last name|surname|family name|lname|last|nachname|familienname|zuname|nom de famille|nom|efternamn|slaektnamn|efternavn|etternavn",
	colName:       "name|full name|display name|contact|contact name|person|kontakt|ansprechpartner|anzeigename|name vorname|nachname vorname|vorname nachname|vor und nachname|nom complet|nom prenom|prenom nom|nom a afficher|namn|fullstaendigt namn|navn|fulde navn|visningsnamn",
	colSuffix:     "suffix|name suffix|generation suffix|suffixe|namenszusatz",
	colMail:       "email|mail|email address|mail address|email adresse|mail adresse|courriel|adresse email|adresse mail|adresse electronique|adresse de messagerie|mel|epost|epostadress|epost adress|epostadresse",
	colMobile:     "mobile|mobile phone|mobile number|mobile tel|cell|cell phone|cell number|mobil|mobiltel|handy|mobiltelefon|mobiltelefonnummer|mobilnummer|handynummer|portable|telephone portable|telephone mobile|tel portable|tel mobile|mobilnr",
	colPhone:      "phone|telephone|tel|phone number|telephone number|direct line|direct phone|telefon|telefonnummer|rufnummer|durchwahl|telephone fixe|numero de telephone|tel fixe|telefonnr|telnr|arbetstelefon|arbejdstelefon|hemtelefon|festnetz",
	colCompany:    "company|company name|organisation|organization|organisation name|organization name|org|employer|account|account name|business|business name|firma|firmenname|unternehmen|arbeitgeber|societe|entreprise|raison sociale|foeretag|foeretagsnamn|arbetsgivare|bolag|virksomhed|bedrift",
	colStreet:     "street|address|address line|street address|addr|strasse|strasse nr|strasse hausnr|strasse hausnummer|anschrift|adresse|strasse und nr|strasse und hausnummer|rue|voie|gata|gatuadress|adress|gade|gate|gateadresse|vejnavn",
	colHouse:      "house number|street number|house no|hausnummer|hausnr|hnr|numero de rue|gatunummer|husnummer|husnr",
	colPostcode:   "postcode|postal code|zip|zip code|plz|postleitzahl|code postal|cp|postnummer|postnr",
	colCity:       "city|town|suburb|place|locality|city town|ort|stadt|wohnort|ville|localite|commune|stad|postort|poststed|by|birth place|place of birth|geburtsort",
	colRegion:     "state|region|province|county|bundesland|kanton|canton|departement|etat|laen|landskap",
	colCountry:    "country|country code|country region|land|land region|laenderkennzeichen|pays|pays region|landskod",
	colBirth:      "birth date|date of birth|dob|birthday|birth|geburtsdatum|geburtstag|geboren|geb|geb datum|geb dat|gebdat|date de naissance|ne le|anniversaire|foedelsedatum|foedelsedag|foedd|foedselsdato|foedselsdag|foedt",
	colBirthYear:  "birth year|year of birth|yob|geburtsjahr|annee de naissance|foedelseaar|foedselsaar",
	colBirthMonth: "birth month|month of birth|bm|geburtsmonat|mois de naissance|foedelsemaanad|foedselsmaaned",
	colBirthDay:   "birth day of month|day of birth|bd|jour de naissance",
}, "|")

// byWord turns lists of words into what each word says; blanks within one do not count.
func byWord[V comparable](lists map[V]string, separator string) map[string]V {
	m := make(map[string]V)
	for says, list := range lists {
		for word := range strings.SplitSeq(list, separator) {
			m[joined(word)] = says
		}
	}
	return m
}

// place tells the several addresses of a person apart: what belongs to one must not be
// mixed with another.
type place uint8

const (
	anyPlace place = iota
	workPlace
	homePlace
	otherPlace
	numPlaces
)

// qualifiers are the words of a header that say which of several values it holds.
var qualifiers = byWord(map[place]string{
	anyPlace:   "value c1 c2 contact kontakt person customer client kunde kunden primary primaere primaer secondary sekundaere principal principale",
	workPlace:  "business work office company geschaeftlich dienstlich bureau travail professionnel professionnelle pro arbete jobb arbejde arbeid",
	homePlace:  "home private privat privatadresse personal domicile personnel personnelle perso prive privee hem bostad hjem",
	otherPlace: "other andere weitere autre annan annat oevrig alternative",
}, " ")

// heading reads the header of one column.
func heading(header string) (column, place) {
	folded := norm.Fold(header)
	if c := headers[joined(folded)]; c != colNone {
		return c, anyPlace
	}
	var rest []string
	where, second := anyPlace, false
	for _, w := range words(folded) {
		if n, err := strconv.Atoi(w); err == nil && n > 0 && n < 100 {
			second = second || n > 1
			continue
		}
		p, ok := qualifiers[w]
		if !ok {
			rest = append(rest, w)
			continue
		}
		where = max(where, p)
	}
	c := headers[strings.Join(rest, "")]
	if c == colNone && len(rest) > 1 && strings.HasPrefix(rest[0], "adress") || c == colNone && len(rest) > 1 && rest[0] == "address" {
		c = headers[strings.Join(rest[1:], "")] // Address 1 - City
	}
	if second && c != colMail && c != colPhone && c != colMobile {
		return colNone, anyPlace // the second line of an address is no street
	}
	return c, where
}

// words splits a folded header, and numbers off the words they stand at: email1, phone2.
func words(header string) []string {
	var out []string
	for _, w := range strings.Fields(header) {
		if _, whole := qualifiers[w]; whole {
			out = append(out, w)
			continue
		}
		from := 0
		for i := 1; i < len(w); i++ {
			if isDigit(w[i]) != isDigit(w[i-1]) {
				out, from = append(out, w[from:i]), i
			}
		}
		out = append(out, w[from:])
	}
	return out
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// loneWord holds headers that name the record as often as they name what it holds.
var loneWord = map[string]bool{"contact": true, "kontakt": true, "person": true, "account": true, "business": true, "org": true}

// namesRecords reports whether a header announces the ids of the records themselves.
func namesRecords(header string) bool {
	words := strings.Fields(norm.Fold(header))
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1] {
	case "id", "uid", "uuid", "guid", "key", "identifier":
		return true
	}
	return false
}
