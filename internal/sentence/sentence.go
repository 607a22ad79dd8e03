// Package sentence says reasons in the reader's language. Inside the house a
// reason is a stable code with arguments; only here does it become words, so
// that a stored reason can be read in any language later.
package sentence

import (
	"strconv"
	"strings"

	"kith/internal/contact"
)

// Of returns the sentence for a reason in English. A code without a sentence
// is shown as it is, which a test forbids.
func Of(r contact.Reason) string {
	if r.IsZero() {
		return ""
	}
	template, known := english[r.Code]
	if !known {
		return strings.TrimSpace(r.Code + " " + strings.Join(r.Args, " "))
	}
	args, evidence := withEvidence(r)
	text := fill(template, args)
	if said := evidenceOf(evidence); said != "" {
		text += ": " + said
	}
	return text
}

// Help returns what a person can do about a reason, "" where nothing is to be
// done.
func Help(r contact.Reason) string { return fill(help[r.Code], r.Args) }

// countedBy chooses the word that a number counts.
func countedBy(number, words string) string {
	one, many, _ := strings.Cut(words, "|")
	if number == "1" {
		return one
	}
	return many
}

// fill puts arguments into {0}, {1} …; {*} is all from the last one named on,
// {1|record|records} a number with what it counts.
func fill(template string, args []string) string {
	var b strings.Builder
	last := -1
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return b.String()
		}
		template = after
		if name == "*" {
			b.WriteString(strings.Join(args[min(last+1, len(args)):], ", "))
			continue
		}
		name, words, counts := strings.Cut(name, "|")
		if n, err := strconv.Atoi(name); err == nil && n < len(args) {
			b.WriteString(args[n])
			last = max(last, n)
			if counts {
				b.WriteString(" " + countedBy(args[n], words))
			}
		}
	}
}
