package sentence

// englishEvidence is the part of the catalogue that says why two records are
// alike: a phrase for each code of match.Vocabulary, and the words around them.
var englishEvidence = map[string]string{
	"bits":  "bits",
	"but":   "but",
	"prior": "to begin with",
	"group": "by the others of the group",
	"rare":  "for how rare that is",

	"first=equal":   "first name equal",
	"first=form":    "first name in another form",
	"first=close":   "first name with a slip",
	"first=part":    "first name in part, or by its sound",
	"first=initial": "first name's initial fits",
	"first=vague":   "first name somewhat alike",
	"first=other":   "another first name",

	"last=equal":   "last name equal",
	"last=form":    "last name in another spelling",
	"last=close":   "last name with a slip",
	"last=part":    "last name in part, or by its sound",
	"last=initial": "last name's initial fits",
	"last=vague":   "last name somewhat alike",
	"last=other":   "another last name",

	"order=swapped": "first and last name swapped",

	"mail=equal":     "same e-mail address",
	"mail=slip":      "same e-mail address with a slip",
	"mail=similar":   "nearly the same e-mail address",
	"mail=moved":     "same mailbox name in another domain",
	"mail=colleague": "two mailboxes of one domain",
	"mail=other":     "another e-mail address",
	"mail=shared":    "same e-mail address, which several use",

	"mobile=equal":  "same mobile number",
	"mobile=slip":   "same mobile number with a slip",
	"mobile=other":  "another mobile number",
	"mobile=shared": "same mobile number, which several use",

	"line=equal":  "same line",
	"line=slip":   "same line with a slip",
	"line=other":  "another line",
	"line=shared": "same line, which several use",

	"organisation=sure":    "same firm at the same address or switchboard",
	"organisation=name":    "same firm",
	"organisation=moved":   "same firm at another address",
	"organisation=place":   "same office address or switchboard",
	"organisation=renamed": "same office address or switchboard, another firm's name",
	"organisation=near":    "nearly the same firm at the same address or switchboard",
	"organisation=hint":    "firm or office address partly the same",
	"organisation=other":   "another firm",

	"street=equal":  "same street and number",
	"street=name":   "same street",
	"street=near":   "nearly the same street, same number",
	"street=number": "same street, another number",
	"street=other":  "another street",

	"place=equal":         "same town and postcode",
	"place=postcode":      "same postcode",
	"place=town":          "same town",
	"place=postcode-only": "same postcode, another town",
	"place=town-slip":     "same town, postcode with a slip",
	"place=town-only":     "same town, another postcode",
	"place=near":          "town or postcode nearly the same",
	"place=other":         "another town",

	"birth=equal": "same birth date",
	"birth=slip":  "same birth date with a slip",
	"birth=two":   "birth date partly the same",
	"birth=one":   "birth date hardly the same",
	"birth=other": "another birth date",

	"suffix=equal": "same suffix",
	"suffix=other": "junior and senior",
	"form=equal":   "same legal form",
	"form=other":   "another legal form",

	"ident=equal": "same number",
	"ident=other": "another number",

	"rule=same-mail":   "the same e-mail address",
	"rule=same-mobile": "the same last name and mobile number",
	"rule=evidence":    "enough evidence",
	"rule=same-number": "the same number",
	"rule=group":       "certain with a third",
	"rule=same-site":   "the same name at the same postcode",
	"rule=same-name":   "the same last and first name",
	"rule=same-line":   "the same last name and a number in common",

	"guard=first-names":  "their first names are two persons'",
	"guard=name-part":    "one first name is a part of the other",
	"guard=form":         "the legal forms differ: a company and its sister, or its general partner",
	"guard=suffix":       "one is junior, one senior",
	"guard=birth":        "their birth dates differ",
	"guard=ident":        "their numbers differ",
	"guard=shared-mail":  "others use the address too",
	"guard=shared-phone": "others use the number too",
	"guard=last-name":    "the last name is another one",
	"guard=runner-up":    "somebody else is nearly as alike",
	"guard=group":        "others of the group speak against it",
	"guard=reviewed":     "more questions than may be asked",

	"method=standard": "likeness",
}
