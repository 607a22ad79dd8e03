package match

import "math"

// usualWrong is how many of 10,000 certain links may be wrong where nobody says.
const usualWrong = 5

// fewWrong is the number of accepted wrong links from which on the plain rules need as
// much evidence as likeness does.
const fewWrong = 1

// wrong is how many of 10,000 certain links may be wrong.
func (o Options) wrong() float64 {
	if o.Wrong > 0 {
		return o.Wrong
	}
	return usualWrong
}

// careFor is how far the plain rules are bound to the evidence too: not at all at the
// usual number of wrong links and above, wholly at fewWrong and below.
func careFor(wrong float64) float64 {
	return min(1, max(0, math.Log2(usualWrong/wrong)/math.Log2(usualWrong/fewWrong)))
}

// enough reports whether a plain rule may link a pair of this score, where need is what
// likeness alone would have to reach. An equal address or number is strong evidence, but
// not for everybody: who accepts few wrong links wants the rest to speak for it as well.
func (l *limits) enough(rule Rule, score, need float64) bool {
	return !rule.Plain() || l.care == 0 || score >= l.care*need
}
