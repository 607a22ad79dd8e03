package vcard

import (
	"slices"
	"strings"
)

// types is the set of TYPE words that say something about a label.
type types uint16

const (
	isWork types = 1 << iota
	isHome
	isMobile
	isMain
	isAssistant
	isPager
	isFaxWord
	isVoice
	isPref
)

// typeWords are the spellings seen: 2.1, 3.0, 4.0, Apple, Evolution, Google.
var typeWords = []struct {
	word string
	bit  types
}{
	{"WORK", isWork}, {"BUSINESS", isWork}, {"HOME", isHome},
	{"CELL", isMobile}, {"MOBILE", isMobile}, {"X-MOBILE", isMobile}, {"IPHONE", isMobile},
	{"MAIN", isMain}, {"X-MAIN", isMain}, {"MAIN-NUMBER", isMain},
	{"ASSISTANT", isAssistant}, {"X-ASSISTANT", isAssistant}, {"X-EVOLUTION-ASSISTANT", isAssistant},
	{"PAGER", isPager}, {"FAX", isFaxWord}, {"VOICE", isVoice}, {"PREF", isPref},
}

func typeBit(word string) types {
	for _, w := range typeWords {
		if strings.EqualFold(w.word, word) {
			return w.bit
		}
	}
	return 0
}

func (p *Property) types() types {
	var set types
	for word := range p.Params.Types() {
		set |= typeBit(word)
	}
	return set
}

func (t types) isFax() bool { return t&isFaxWord != 0 && t&(isVoice|isMobile) == 0 }

// labelBits are the words of TYPE that make up a label in a list. What is not
// among them (VOICE, INTERNET, PREF, words of others) stays when it changes.
func labelBits(list string) types {
	if list == ListPhone {
		return isWork | isHome | isMobile | isMain | isAssistant | isPager
	}
	return isWork | isHome
}

// labels are those each list knows.
var labels = map[string][]string{
	ListEmail:      {"work", "home", "other", "invoice", "delivery"},
	ListPhone:      {"work", "home", "other", "mobile", "main", "assistant", "pager", "invoice", "delivery"},
	ListFax:        {"work", "home", "other", "invoice", "delivery"},
	ListAddress:    {"work", "home", "other", "invoice", "delivery"},
	ListCategories: {""},
}

// Labels gives the labels an entry of a list may bear.
func Labels(list string) []string { return slices.Clone(labels[list]) }

// label gives the label of an entry, and the user's own where there is one. A
// label line with a word we know counts more than TYPE, which clients fill
// with whatever is nearest.
func (c *Card) label(list string, p *Property) (label, custom string) {
	if i := c.labelLine(p.Group); i >= 0 {
		text := c.Properties[i].Text()
		if word := labelWord(text); slices.Contains(labels[list], word) {
			return word, ""
		}
		custom = text
	}
	t := p.types()
	order := []struct {
		bit  types
		word string
	}{{isPager, "pager"}, {isMain, "main"}, {isAssistant, "assistant"}, {isMobile, "mobile"}, {isWork, "work"}, {isHome, "home"}}
	for _, o := range order {
		if t&labelBits(list)&o.bit != 0 {
			return o.word, custom
		}
	}
	return "other", custom
}

// labelWord reads the text of a label line; Apple wraps its own in _$!< >!$_.
func labelWord(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if inner, ok := strings.CutPrefix(text, "_$!<"); ok {
		text = strings.TrimSuffix(inner, ">!$_")
	}
	switch text {
	case "iphone", "cell":
		return "mobile"
	case "homefax", "workfax", "otherfax":
		return strings.TrimSuffix(text, "fax")
	}
	return text
}

// labelLines are the labels vCard has no TYPE for, with the text written.
var labelLines = map[string]string{"assistant": "Assistant", "invoice": "Invoice", "delivery": "Delivery"}

// typesFor gives the TYPE word of a label, none where it has no word.
func typesFor(v Version, label string) []string {
	word := map[string]string{"work": "WORK", "home": "HOME", "mobile": "CELL", "main": "MAIN", "pager": "PAGER"}[label]
	if word == "" {
		return nil
	}
	return cased(v, word)
}

// newTypes are all TYPE words of a new entry, as clients are used to them.
func newTypes(v Version, list, label string) []string {
	words := typesFor(v, label)
	switch {
	case list == ListFax:
		return append(cased(v, "FAX"), words...)
	case list == ListEmail && v != V40:
		return append(cased(v, "INTERNET"), words...)
	case list == ListPhone && !slices.Contains([]string{"mobile", "main", "pager"}, label):
		return append(words, cased(v, "VOICE")...)
	}
	return words
}

// cased writes a word as is usual: lower case in 4.0, capitals before.
func cased(v Version, word string) []string {
	if v == V40 {
		return []string{strings.ToLower(word)}
	}
	return []string{word}
}
