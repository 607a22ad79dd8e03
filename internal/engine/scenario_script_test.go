package engine

import (
	"slices"
	"strings"
	"testing"

	"kith/internal/contact"
)

// step is one line of a scenario with the indented lines below it.
type step struct {
	line  int // of the archive
	words []string
	block []step
}

// parseSteps reads the lines of a script. A # begins a comment, quotes keep
// blanks together, an indented line belongs to the one above it.
func parseSteps(t *testing.T, path string, above int, text string) []step {
	t.Helper()
	var steps []step
	for i, line := range strings.Split(text, "\n") {
		words, ok := splitWords(line)
		if !ok {
			t.Fatalf("%s:%d: a quote is not closed", path, above+i+1)
		}
		if len(words) == 0 {
			continue
		}
		st := step{line: above + i + 1, words: words}
		indented := line[0] == ' ' || line[0] == '\t'
		if indented && len(steps) > 0 {
			last := &steps[len(steps)-1]
			last.block = append(last.block, st)
			continue
		}
		steps = append(steps, st)
	}
	if len(steps) == 0 {
		t.Fatalf("%s: there are no steps", path)
	}
	return steps
}

// splitWords parts a line at blanks. A colon or a comma at the end of a word
// is a word of its own.
func splitWords(line string) (words []string, ok bool) {
	var word strings.Builder
	quoted, any, wasQuoted := false, false, false
	end := func() {
		text := word.String()
		mark := ""
		if n := len(text); n > 1 && !wasQuoted && (text[n-1] == ':' || text[n-1] == ',') {
			text, mark = text[:n-1], text[n-1:]
		}
		if any {
			words = append(words, text)
		}
		if mark != "" {
			words = append(words, mark)
		}
		word.Reset()
		any, wasQuoted = false, false
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && quoted && i+1 < len(line):
			i++
			switch c = line[i]; c {
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			}
			word.WriteByte(c)
		case c == '"':
			quoted, any, wasQuoted = !quoted, true, true
		case quoted:
			word.WriteByte(c)
		case c == ' ' || c == '\t':
			end()
		case c == '#' && !any:
			end()
			return words, !quoted
		default:
			word.WriteByte(c)
			any, wasQuoted = true, false
		}
	}
	end()
	return words, !quoted
}

// phrase is one sentence a scenario may use. Words in capitals are filled in:
// SYSTEM, KIND, LABEL and N are checked, VALUES, ACTIONS and the like take the
// rest of the line and the lines below.
type phrase struct {
	pattern string
	early   bool // says what a server is like, before anything happens
	do      func(*scenario, args)
}

// args are the words that fill a phrase.
type args struct {
	words map[string]string
	rest  []string
}

func (a args) kind() contact.Kind { return kindWord(a.words["KIND"]) }

func kindWord(word string) contact.Kind {
	switch word {
	case "person", "persons":
		return contact.Person
	case "company", "companies":
		return contact.Company
	}
	return ""
}

// restWords stand for the rest of a line.
var restWords = []string{"VALUES", "RECORDS", "ACTIONS", "REVIEWS", "CLAUSES", "REASON", "LINE", "ANSWER"}

// perform finds the phrase that a step is and does it.
func (s *scenario) perform(st step) {
	s.t.Helper()
	for _, p := range vocabulary() {
		a, ok := s.fit(p.pattern, st.words)
		if !ok {
			continue
		}
		if p.early && s.world != nil {
			s.fatalf("what a system is like is said before the first other step")
		}
		if !p.early {
			s.begin()
		}
		p.do(s, a)
		return
	}
	s.fatalf("no phrase fits %q", strings.Join(st.words, " "))
}

func (s *scenario) fit(pattern string, words []string) (args, bool) {
	a := args{words: map[string]string{}}
	want, _ := splitWords(pattern)
	for i, w := range want {
		if slices.Contains(restWords, w) {
			a.rest = words[i:]
			return a, true
		}
		if i >= len(words) {
			return a, false
		}
		got := words[i]
		switch {
		case w == "SYSTEM":
			if _, known := s.config.System(got); !known {
				return a, false
			}
		case w == "KIND":
			if kindWord(got) == "" {
				return a, false
			}
		case strings.ToUpper(w) == w && strings.ToLower(w) != w:
			if got == ":" || got == "," {
				return a, false
			}
		case w != got:
			return a, false
		}
		a.words[w] = got
	}
	return a, len(words) == len(want)
}
