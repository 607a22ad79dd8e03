package sentence

import (
	"slices"
	"strconv"
	"strings"

	"kith/internal/contact"
)

// own is how many arguments of a reason are its own; what follows is the evidence
// for a likeness, as match.Explanation.Words writes it.
var own = map[string]int{contact.CodeLink: 1, contact.CodeMaybe: 1, contact.CodeTwice: 1, contact.CodeCertain: 2}

// withEvidence parts the arguments of a reason from the evidence behind them, and
// says the method in words.
func withEvidence(r contact.Reason) (args, evidence []string) {
	n, judged := own[r.Code]
	if !judged {
		return r.Args, nil
	}
	n = min(n, len(r.Args))
	args = slices.Clone(r.Args[:n])
	for i, arg := range args {
		if words, method := englishEvidence["method="+arg]; method {
			args[i] = words
		}
	}
	return args, r.Args[n:]
}

// evidenceOf says what made two records alike: the rule that held, what speaks for
// and against, and what kept it from being certain. Bits are the logarithm of the
// odds; all of them add up to the score.
func evidenceOf(words []string) string {
	var score, model, rule string
	var parts, guards []string
	for _, word := range words {
		name, value, is := strings.Cut(word, "=")
		if !is {
			continue
		}
		switch name {
		case "score":
			score = bits(value)
		case "model":
			model = value
		case "rule":
			rule = englishEvidence["rule="+value]
		case "guard":
			guards = append(guards, englishEvidence["guard="+value])
		case "prior":
			parts = append(parts, bits(value)+" "+englishEvidence["prior"])
		case "group":
			parts = append(parts, bits(value)+" "+englishEvidence["group"])
		case "ahead":
		default:
			level, worth, _ := strings.Cut(value, ":")
			most, rare, isRare := strings.Cut(worth, ":")
			text := bits(most) + " " + englishEvidence[name+"="+level]
			if isRare {
				text += " (" + bits(rare) + " " + englishEvidence["rare"] + ")"
			}
			parts = append(parts, text)
		}
	}
	var b strings.Builder
	b.WriteString(rule)
	if score != "" {
		if rule != "" {
			b.WriteString("; ")
		}
		b.WriteString(score + " " + englishEvidence["bits"] + ": " + strings.Join(parts, ", "))
	}
	if len(guards) > 0 {
		b.WriteString("; " + englishEvidence["but"] + " " + strings.Join(guards, ", "))
	}
	if model != "" {
		b.WriteString(" [" + model + "]")
	}
	return b.String()
}

// bits shows a number of bits with its sign. It is not rounded, so that whoever
// adds up what a sentence shows gets its score.
func bits(text string) string {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	sign := "+"
	if v < 0 {
		sign = "" // the number has its own
	}
	return sign + strconv.FormatFloat(v, 'f', -1, 64)
}
