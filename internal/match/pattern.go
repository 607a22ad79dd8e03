package match

// pattern is how two records compare: four bits for each field, the level it agrees
// on. Score, verdict and explanation follow from it, from the rarity of the values
// and from the model, and from nothing else.
type pattern uint64

// field is a piece of evidence that is counted by itself.
type field uint8

// The fields of a pattern. Employer, switchboard and office address stand together in
// fieldOrg, because whoever shares one mostly shares all.
const (
	fieldFirst field = iota
	fieldLast
	fieldOrder
	fieldMail
	fieldMobile
	fieldLine
	fieldOrg
	fieldStreet
	fieldPlace
	fieldBirth
	fieldSuffix
	fieldIdent
	fieldForm
	numFields
)

// level is how far two values agree in one field; 0 is no evidence.
type level uint8

const noEvidence level = 0

// Levels of first and last names.
const (
	nameExact   level = iota + 1
	nameForm          // one name in another spelling, or a nickname
	nameClose         // a slip of the keyboard
	namePart          // a part of a double name, or the same sound
	nameInitial       // an initial that fits
	nameVague         // somewhat alike
	nameOther
)

// Levels of the order of names.
const nameSwapped level = 1

// Levels of e-mail addresses.
const (
	mailEqual     level = iota + 1
	mailSlip            // one address, mistyped
	mailSimilar         // nearly the same box in one domain
	mailMoved           // the same telling box in another domain
	mailColleague       // two persons' boxes in one firm's domain
	mailOther
	mailShared // the same box, of an office or of several persons
)

// Levels of telephone numbers, mobiles and lines alike.
const (
	phoneEqual level = iota + 1
	phoneSlip        // one digit off, or two swapped
	phoneOther
	phoneShared // the same number, and several persons'
)

// Levels of the organisation.
const (
	orgSure    level = iota + 1 // name, and address or exchange
	orgName                     // name, nothing against
	orgMoved                    // name, at another address
	orgPlace                    // address or exchange, one name missing
	orgRenamed                  // address or exchange, under another name
	orgNear                     // name nearly, and address or exchange
	orgHint                     // name nearly, or part of the address
	orgOther
)

// Levels of a private street line.
const (
	streetEqual  level = iota + 1 // with the house number
	streetName                    // name equal, number missing
	streetNear                    // name nearly, number equal
	streetNumber                  // name equal or nearly, another number
	streetOther
)

// Levels of a private place: postcode and town as one, since one gives the other.
const (
	placeEqual    level = iota + 1
	placeCode           // postcode equal, town missing
	placeCity           // town equal, postcode missing
	placeCodeOnly       // postcode equal, town differs
	placeCitySlip       // town equal, postcode nearly
	placeCityOnly       // town equal, postcode differs
	placeNear
	placeOther
)

// Levels of birth dates.
const (
	birthEqual level = iota + 1
	birthSlip        // one digit off, two swapped, or day and month swapped
	birthTwo         // two of year, month and day equal
	birthOne         // one of them
	birthOther
)

// Levels of suffixes, identifiers and legal forms.
const (
	sameEqual level = iota + 1
	sameOther
)

func (p pattern) level(f field) level { return level(p >> (4 * f) & 15) }

func (p pattern) with(f field, l level) pattern { return p | pattern(l)<<(4*f) }

// moved drops what follows from another employer anyway: another line and another
// address. Whoever changes firm changes all three, and that counts once.
func (p pattern) moved() pattern {
	if p.level(fieldLine) == phoneOther {
		p &^= 15 << (4 * fieldLine)
	}
	if p.level(fieldMail) == mailOther {
		p &^= 15 << (4 * fieldMail)
	}
	return p
}
