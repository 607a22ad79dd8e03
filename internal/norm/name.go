package norm

import "strings"

// Name is the normal form of a personal or last name as a key of equality: case,
// accents (ä = ae), hyphens and apostrophes do not count; every word does, particles
// and titles included. It is [Fold] under the name of its purpose.
func Name(s string) string { return Fold(s) }

// NameParts are the pieces of one name field, each folded.
type NameParts struct {
	Core     string // the name itself, words separated by one blank
	Particle string // von, van der, de la: kept apart, as many systems drop them
	Title    string // dr, prof dr, dipl ing
	Suffix   string // "jr", "sr", "ii", "iii": which of two bearers of a name
}

// SplitName cuts titles, particles and suffixes off a name field. A field of nothing
// else ("Van", "Prof") keeps its words as core.
func SplitName(s string) NameParts {
	f := Fold(s)
	if plainName(f) {
		return NameParts{Core: f}
	}
	var room [12]string
	list := words(room[:0], f)
	var core, particle, title []string
	var p NameParts
	list = degrees(list)
	for i, w := range list {
		switch {
		case titles[w], i > 0 && trailing[w]:
			title = append(title, w)
		case suffixes[w] != "" && i > 0 && i >= len(list)-1-trailingTitles(list):
			p.Suffix = suffixes[w]
		case particles[w] && i < len(list)-1:
			particle = append(particle, w)
		default:
			core = append(core, w)
		}
	}
	if len(core) == 0 {
		return NameParts{Core: f}
	}
	p.Core, p.Particle, p.Title = strings.Join(core, " "), strings.Join(particle, " "), strings.Join(title, " ")
	if p.Core == f {
		return p
	}
	// What has become the end of the name may be a degree or a suffix in its turn.
	inner := SplitName(p.Core)
	p.Core, p.Particle, p.Title = inner.Core, joinWords(p.Particle, inner.Particle), joinWords(p.Title, inner.Title)
	if p.Suffix == "" {
		p.Suffix = inner.Suffix
	}
	return p
}

func joinWords(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// degrees joins what is written with dots between: "h. c." behind another title, and
// "M. A." at the end, which would be initials in front.
func degrees(list []string) []string {
	for i := 1; i+1 < len(list); i++ {
		whole := list[i] + list[i+1]
		if whole == "hc" && titles[list[i-1]] || i+2 == len(list) && len(list[i+1]) == 1 && trailing[whole] {
			list[i] = whole
			list = append(list[:i+1], list[i+2:]...)
		}
	}
	return list
}

// plainName reports whether a folded name is one word that is nothing but a name.
func plainName(f string) bool { return strings.IndexByte(f, ' ') < 0 }

func trailingTitles(list []string) int {
	n := 0
	for i := len(list) - 1; i > 0 && (titles[list[i]] || trailing[list[i]]); i-- {
		n++
	}
	return n
}

var titles = set(`dr prof professor mag dipl ing med rer nat phil jur iur habil hc mr mrs ms miss herr frau
	monsieur madame mme mlle dres doktor ddr dkfm herrn hr fr rev sir`)

// trailing holds degrees, which stand behind a name: Ma Li and Ba Nguyen have none.
var trailing = set(`mba msc bsc ma ba phd md esq bed llm llb meng beng`)

var particles = set(`von vom zu zum zur van der den de del della di da du des d l la le les af av ter ten te dos das do el al bin ibn`)

var suffixes = map[string]string{
	"jr": "jr", "jun": "jr", "junior": "jr", "jnr": "jr", "fils": "jr", "yngre": "jr", "juen": "jr",
	"sr": "sr", "sen": "sr", "senior": "sr", "snr": "sr", "pere": "sr", "aeldre": "sr",
	"ii": "ii", "iii": "iii", "iv": "iv",
}
