package match

import "math"

// Verdict is what two records are to each other.
type Verdict uint8

// The verdicts.
const (
	None Verdict = iota
	Possible
	Certain
)

// String is the verdict in one word, as files and interfaces show it.
func (v Verdict) String() string {
	return [...]string{"none", "possible", "certain"}[v]
}

// Rule names what made a pair certain.
type Rule uint8

// The rules.
const (
	NoRule     Rule = iota
	RuleMail        // the same e-mail address, by likeness a personal one
	RuleMobile      // the same last name and the same mobile number
	RuleScore       // enough evidence, far ahead of the next
	RuleIdent       // a company's number
	RuleGroup       // through records that are certain with both
	RuleSite        // strict: a company's name at the same postcode
	RuleName        // strict: the same last and first name
	RuleLine        // strict: the same last name and a number in common
)

// Guards are the reasons why a pair is not certain whatever its score; a set.
type Guards uint16

// The guards.
const (
	GuardFirstNames  Guards = 1 << iota // two established first names
	GuardNamePart                       // one first name is a part of the other
	GuardSuffix                         // Jr and Sr
	GuardBirth                          // birth dates more than a slip apart
	GuardIdent                          // two different numbers of the same kind
	GuardSharedMail                     // an address that several persons use
	GuardSharedPhone                    // a number that several persons use
	GuardLastName                       // another last name: a marriage, or a relative
	GuardRunnerUp                       // another record is nearly as like
	GuardGroup                          // the groups of the two speak against it
	GuardForm                           // two legal forms: a company and its general partner, or its sister
	GuardReviewed                       // likelier pairs are as many questions as may be asked
)

// limits are the bounds of a decision that follow from the options.
type limits struct {
	certain  float64 // bits from which evidence alone may be certain
	gap      float64 // bits ahead of the runner-up
	possible float64 // bits from which a pair is worth a look
	named    float64 // the same for companies of one name
	common   uint32  // records from which a first name is established
}

// reviewed is the share of records that may go to review.
func (o Options) reviewed() float64 {
	if o.Reviewed > 0 {
		return o.Reviewed
	}
	return 0.03
}

// Bits of the decision that no dial moves.
const (
	runnerUpGap  = 7
	leastReview  = -4
	leastCommon  = 8
	commonPerAll = 10_000
)

func newLimits(o Options, records int) limits {
	wrong := o.Wrong
	if wrong <= 0 {
		wrong = 5
	}
	return limits{
		certain: grid(math.Log2(10_000/wrong) - 7), gap: runnerUpGap, possible: grid(leastReview + math.Log2(0.03/o.reviewed())), named: leastReview,
		common: uint32(max(leastCommon, records/commonPerAll)),
	}
}

// judge applies rules and guards to a pair. ahead is by how many bits it leads the
// runner-up on the side where that is closer.
func (l *limits) judge(v *view, a, b *row, e *evidence, score, ahead float64) (Verdict, Rule, Guards) {
	if v.kind == Company {
		return l.judgeCompany(e, score, ahead)
	}
	first, last := e.level(fieldFirst), e.level(fieldLast)
	mail, mobile := e.level(fieldMail), e.level(fieldMobile)
	g := l.guards(v, a, b, e)
	lastFits := last == noEvidence || last <= namePart
	firstFits := first == noEvidence || first <= nameInitial
	rule := NoRule
	switch {
	case mail == mailEqual:
		rule = RuleMail
		g &^= GuardNamePart
	case last != noEvidence && last <= nameClose && mobile == phoneEqual && firstFits:
		rule = RuleMobile
	case score >= l.certain+l.names(first, last, contradicted(e))+slipped(e) && l.supported(e):
		rule = RuleScore
	}
	if !lastFits && (first == noEvidence || first > nameForm || mail != mailEqual && mobile != phoneEqual) {
		g |= GuardLastName // with the same first name and the same address or mobile it is a marriage
	}
	if !firstFits {
		g |= GuardFirstNames
	}
	if ahead < l.gap {
		g |= GuardRunnerUp
	}
	switch {
	case rule != NoRule && g == 0:
		return Certain, rule, 0
	case !firstFits && !lastFits && rule != RuleMail:
		return None, NoRule, g // two persons at one desk
	case rule == RuleMail || rule == RuleMobile || score >= l.possible:
		return Possible, rule, g
	}
	return None, NoRule, g
}

// names is how many bits more the evidence must have where the names say less. Two
// full names are worth most; a namesake's or a relative's initial is the same.
func (l *limits) names(first, last level, against bool) float64 {
	full := func(n level) bool { return n == nameExact || n == nameForm }
	switch {
	case full(first) && full(last) && !against:
		return 0
	case first == noEvidence || first == nameInitial || last == noEvidence:
		return 12
	}
	if against {
		return 5
	}
	return 3
}

// contradicted reports whether the two have different numbers or boxes of their own
// in one firm, as namesakes have.
func contradicted(e *evidence) bool {
	return e.level(fieldMobile) == phoneOther || e.level(fieldLine) == phoneOther || e.level(fieldMail) == mailColleague
}

// slipped is how many bits more the evidence must have where the birth dates agree but
// for a slip: among many records some namesakes were born so.
func slipped(e *evidence) float64 {
	if e.level(fieldBirth) == birthSlip {
		return 1.5
	}
	return 0
}

// supported reports whether something beside the names speaks for the pair, or the
// names are whole and say it alone.
func (l *limits) supported(e *evidence) bool {
	first, last := e.level(fieldFirst), e.level(fieldLast)
	if first <= nameForm && last <= nameForm && first != noEvidence && last != noEvidence || e.level(fieldMobile) == phoneEqual || e.level(fieldLine) == phoneEqual {
		return true
	}
	org, street, birth := e.level(fieldOrg), e.level(fieldStreet), e.level(fieldBirth)
	return org != noEvidence && org <= orgNear || street != noEvidence && street <= streetNear || birth != noEvidence && birth <= birthSlip
}

// guards finds the vetoes that lie in the values themselves.
func (l *limits) guards(v *view, a, b *row, e *evidence) Guards {
	var g Guards
	if e.level(fieldSuffix) == sameOther {
		g |= GuardSuffix
	}
	if birth := e.level(fieldBirth); birth > birthSlip {
		g |= GuardBirth
	}
	if e.level(fieldIdent) == sameOther {
		g |= GuardIdent
	}
	first := e.level(fieldFirst)
	if !e.swapped && (first == nameClose || first == namePart) && a.first != 0 && b.first != 0 {
		na, nb := v.nameOf(a.first), v.nameOf(b.first)
		if na.count[0] >= l.common && nb.count[0] >= l.common {
			g |= GuardFirstNames
		}
		if first == namePart && (na.words > 1 || nb.words > 1) {
			g |= GuardNamePart
		}
	}
	if last := e.level(fieldLast); (first == nameExact || first == nameForm) && (last == noEvidence || last <= namePart) {
		return g
	}
	// Who else has been seen with the value? One of the two may be that other.
	own := v.personsOf(a.first) | v.personsOf(b.first)
	if e.level(fieldMail) == mailEqual && e.sharedMail&^own != 0 {
		g |= GuardSharedMail
	}
	if e.level(fieldMobile) == phoneEqual && e.level(fieldMail) != mailEqual && e.sharedWho&^own != 0 {
		g |= GuardSharedPhone
	}
	return g
}

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
