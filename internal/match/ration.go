package match

import (
	"cmp"
	"slices"
)

// fewQuestions are no burden, whatever share of a short list they are.
const fewQuestions = 25

// Questions is how many questions about so many records a person is to be asked at most:
// their share, and never less than a few.
func (o Options) Questions(records int) int {
	return max(fewQuestions, int(o.reviewed()*float64(records)))
}

// Plain reports whether a rule does not weigh evidence: the same personal address, the
// same last name and mobile number, the same number of a company. Where a guard holds
// such a pair back, a person is asked whatever share of the records may go to review.
func (r Rule) Plain() bool { return r == RuleMail || r == RuleMobile || r == RuleIdent }

// ration keeps the questions within the share of the records of both sides that Options
// allow: a pair that is possible is one question. The likeliest stay, and of those that
// are equally likely all or none. What gives way is left out, or, where it is likelier
// than not, has the verdict none and a guard that says why.
func (b *Batch) ration(pairs []Pair) []Pair {
	left := b.opts.Questions(b.sides[0] + b.sides[1])
	var scores []float64
	for i := range pairs {
		switch p := &pairs[i]; {
		case p.Verdict != Possible:
		case p.Rule.Plain():
			left--
		default:
			scores = append(scores, p.Score)
		}
	}
	if len(scores) <= left {
		return pairs
	}
	slices.SortFunc(scores, func(x, y float64) int { return cmp.Compare(y, x) })
	over := scores[max(0, left)] // who scores no more gives way
	kept := pairs[:0]
	for _, p := range pairs {
		if p.Verdict == Possible && !p.Rule.Plain() && p.Score <= over {
			if p.Score < 0 {
				continue
			}
			p.Verdict, p.Guards = None, p.Guards|GuardReviewed
		}
		kept = append(kept, p)
	}
	return kept
}
