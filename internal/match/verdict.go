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
type Guards uint32

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
	GuardInitial                        // a first name is missing or an initial, and no address or mobile of their own agrees
	GuardNames                          // nothing but the names agrees, and they are not rare
	GuardOwn                            // one household, and mobiles or addresses of their own that differ
	GuardBranch                         // one name and domain at two addresses: a company's branches
	GuardWrong                          // too little evidence for as few wrong links as are accepted
)

// limits are the bounds of a decision that follow from the options.
type limits struct {
	certain  float64 // bits from which evidence alone may be certain
	gap      float64 // bits ahead of the runner-up
	care     float64 // how far the plain rules need evidence, see enough
	possible float64 // bits from which a pair is worth a look
	named    float64 // the same for companies of one name
	common   uint32  // records from which a first name is established
	counted  uint32  // how many of a pair's records the table counts
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
	wrong := o.wrong()
	return limits{
		certain: grid(math.Log2(10_000/wrong) - 7), gap: runnerUpGap + max(0, grid(math.Log2(usualWrong/wrong))), care: careFor(wrong), possible: grid(leastReview + math.Log2(0.03/o.reviewed())), named: leastReview,
		common: uint32(max(leastCommon, records/commonPerAll)), counted: 2,
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
	case score >= l.certain+doubt(e):
		rule = RuleScore
		g |= l.wanting(v, a, b, e)
	case score >= l.certain-rareLess && l.rareNames(v, a, b, e):
		rule = RuleScore
	}
	if !l.enough(rule, score, l.certain+doubt(e)) {
		g |= GuardWrong
	}
	if !lastFits && (mail != mailEqual || first == noEvidence || first > nameForm) {
		g |= GuardLastName // with the same first name and the same address it is a marriage
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
