package match

import (
	"math"
	"strconv"
)

// Shown is the explanation in hundredths of bits, as people and files get it. Some
// parts are rounded up and some down, so that they still add up to the score exactly.
func (e Explanation) Shown() Explanation {
	e.Items = append([]Item(nil), e.Items...)
	parts := make([]*float64, 0, 2+2*len(e.Items))
	parts = append(parts, &e.Prior, &e.Group)
	for i := range e.Items {
		parts = append(parts, &e.Items[i].Bits, &e.Items[i].Rare)
	}
	score := math.Round(100 * e.Score)
	missing := score
	left := make([]float64, len(parts)) // what rounding down has taken off
	for i, part := range parts {
		down := math.Floor(100 * *part)
		left[i], *part = 100**part-down, down
		missing -= down
	}
	for ; missing > 0; missing-- {
		most := 0
		for i := range left {
			if left[i] > left[most] {
				most = i
			}
		}
		*parts[most]++
		left[most] = 0
	}
	for _, part := range parts {
		*part /= 100
	}
	e.Score, e.Ahead = score/100, math.Round(100*e.Ahead)/100
	return e
}

// String is the explanation on one line, without any value of the records:
// "+15.38 mail equal | +9.17+1.5 last equal | -3.58 first other | guard first-names".
// Its numbers are those of Shown.
func (e Explanation) String() string {
	e = e.Shown()
	b := make([]byte, 0, 160)
	bits := func(v float64) {
		if v >= 0 {
			b = append(b, '+')
		}
		b = strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	for _, item := range e.Items {
		if item.Bits == 0 && item.Rare == 0 {
			continue
		}
		bits(item.Bits)
		if item.Rare != 0 {
			bits(item.Rare)
		}
		b = append(b, ' ')
		b = append(append(append(b, item.Field...), ' '), item.Level...)
		b = append(b, " | "...)
	}
	if e.Group != 0 {
		bits(e.Group)
		b = append(b, " group | "...)
	}
	bits(e.Prior)
	b = append(b, " prior"...)
	if e.Rule != "" {
		b = append(append(b, " | rule "...), e.Rule...)
	}
	for _, g := range e.Guards {
		b = append(append(b, " | guard "...), g...)
	}
	return string(b)
}

// Words writes the explanation as words that can be stored and read again in any
// language: "score=19.06", "model=default-2", "prior=-11", a piece of evidence like
// "last=equal:9.53" or, with the rarity of the value, "last=equal:9.53:0.5", and
// "ahead=", "group=", "rule=" and "guard=" where they apply. The numbers are those of
// Shown: prior, evidence and group add up to the score.
func (e Explanation) Words() []string {
	e = e.Shown()
	exact := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	words := []string{"score=" + exact(e.Score), "model=" + e.Model}
	if e.Rule != "" {
		words = append(words, "rule="+e.Rule)
	}
	for _, g := range e.Guards {
		words = append(words, "guard="+g)
	}
	for _, item := range e.Items {
		word := item.Field + "=" + item.Level + ":" + exact(item.Bits)
		if item.Rare != 0 {
			word += ":" + exact(item.Rare)
		}
		words = append(words, word)
	}
	if e.Group != 0 {
		words = append(words, "group="+exact(e.Group))
	}
	words = append(words, "prior="+exact(e.Prior))
	if e.Ahead < far {
		words = append(words, "ahead="+exact(e.Ahead))
	}
	return words
}
