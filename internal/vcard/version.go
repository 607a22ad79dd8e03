package vcard

import "strings"

// Version is the value of a card's VERSION line.
type Version string

// The versions whose syntax the package knows. A card without a VERSION line
// is taken for 3.0.
const (
	V21 Version = "2.1" // Internet Mail Consortium, 1996
	V30 Version = "3.0" // RFC 2426
	V40 Version = "4.0" // RFC 6350
)

// versionOf finds the version before the lines are unfolded, because 2.1 folds
// differently from its successors.
func versionOf(text string) Version {
	for len(text) > 0 {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		if !hasPrefixFold(line, "VERSION") {
			continue
		}
		head, value, found := strings.Cut(line, ":")
		name, _, _ := strings.Cut(head, ";")
		if found && len(strings.TrimRight(name, " ")) == len("VERSION") {
			return Version(strings.TrimSpace(value))
		}
	}
	return V30
}
