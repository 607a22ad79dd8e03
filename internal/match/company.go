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

// formLevel compares legal forms. GmbH for GmbH & Co. KG is what people write, and
// says nothing.
func formLevel(a, b uint8) level {
	l := suffixLevel(a, b)
	if l == sameOther && (partOfForm(companyForms[a-1], companyForms[b-1]) || partOfForm(companyForms[b-1], companyForms[a-1])) {
		return noEvidence
	}
	return l
}

func partOfForm(part, whole string) bool {
	return strings.HasPrefix(whole, part+"+") || strings.HasSuffix(whole, "+"+part)
}

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
