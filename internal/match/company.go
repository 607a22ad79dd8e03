package match

import (
	"slices"
	"strings"

	"kith/internal/norm"
)

// tellingWord is the word of a company's normal name that best tells it from others:
// the first that is neither a trade nor a place.
func tellingWord(company string) string {
	for w := range strings.SplitSeq(company, " ") {
		if !norm.WeakCompanyWord(w) {
			return w
		}
	}
	w, _, _ := strings.Cut(company, " ")
	return w
}

// formCode numbers the legal forms that are met often, alone and together.
func formCode(form string) uint8 { return uint8(slices.Index(companyForms, form) + 1) }

var companyForms = strings.Fields(`gmbh ag kg gmbh+kg ohg gbr ug ug+kg ev ek eg se sarl sa sas eurl snc sci srl nv ab hb kb as asa aps ltd plc llp llc lp inc
	ag+kg se+kg kgaa se+kgaa gmbh+kgaa gmbh+ohg ltd+kg asbl scrl scop ans da enk nuf is ivs amba sagl`)

// formLevel compares legal forms. KG for GmbH & Co. KG is what people write, and says
// nothing; GmbH may be its general partner, another company at the same desk.
func formLevel(a, b uint8) level {
	l := suffixLevel(a, b)
	if l == sameOther && (shortForm(companyForms[a-1], companyForms[b-1]) || shortForm(companyForms[b-1], companyForms[a-1])) {
		return noEvidence
	}
	return l
}

func shortForm(short, whole string) bool { return strings.HasSuffix(whole, "+"+short) }

// companySkeleton is a hash of the telling word's skeleton.
func companySkeleton(company string) uint32 { return shortHash(norm.Skeleton(tellingWord(company))) }

// judgeCompany decides on companies: a number of their own, or name with address,
// domain or telephone.
func (l *limits) judgeCompany(e *evidence, score, ahead float64) (Verdict, Rule, Guards) {
	var g Guards
	rule := NoRule
	name := e.level(fieldLast)
	switch {
	case e.level(fieldIdent) == sameEqual:
		rule = RuleIdent
	case score >= l.certain && name != noEvidence && name <= nameForm:
		rule = RuleScore
	}
	if !l.enough(rule, score, l.certain) {
		g |= GuardWrong
	}
	if e.level(fieldIdent) == sameOther {
		g |= GuardIdent
	}
	if name > namePart {
		g |= GuardLastName
	}
	if rule == RuleScore && e.level(fieldForm) == sameOther {
		g |= GuardForm
	}
	if rule == RuleScore && e.elsewhere() && e.level(fieldLine) != phoneEqual && e.level(fieldMobile) != phoneEqual {
		g |= GuardBranch // a domain and its boxes are all branches'
	}
	if ahead < l.gap && rule == RuleScore || ahead < 1 {
		g |= GuardRunnerUp
	}
	switch {
	case rule != NoRule && g == 0:
		return Certain, rule, 0
	case rule == RuleIdent || score >= l.possible || score >= l.named && name != noEvidence && name <= nameForm:
		return Possible, rule, g
	}
	return None, NoRule, g
}

// elsewhere reports whether two companies have different addresses: another town or
// postcode, or another street.
func (e *evidence) elsewhere() bool {
	street, place := e.level(fieldStreet), e.level(fieldPlace)
	switch {
	case street == streetOther, place == placeOther:
		return true
	case street == noEvidence:
		return place == placeCityOnly || place == placeCodeOnly
	}
	return false
}
