package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Problem is one thing wrong with the file, as a sentence for the person who
// must change it.
type Problem struct {
	Pos
	Path     string // the key it is about: person.ssm.removal; "" = the file as such
	Sentence string

	width int
	where Where // whose keys would help
}

// Error is everything found wrong with a file, in the order of the file. Its
// text shows each with the line it stands in; what looks like a secret there
// is covered.
type Error struct {
	Name     string
	Problems []Problem
	lines    []string
	secrets  *regexp.Regexp
}

// maxProblems is how many problems are shown; more would not be read.
const maxProblems = 20

func newError(name, text string, problems []Problem, secretKeys []string) *Error {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Sentence, b.Sentence))
	})
	problems = slices.CompactFunc(problems, func(a, b Problem) bool { return a.Pos == b.Pos && a.Sentence == b.Sentence })
	return &Error{Name: name, Problems: problems, lines: strings.Split(text, "\n"), secrets: secretPattern(secretKeys)}
}

// secretPattern finds what must not be shown: the value of a key that holds a
// secret, unless it is a reference, and the password in an address.
func secretPattern(keys []string) *regexp.Regexp {
	quoted := []string{"password", "secret", "token", "key", "dsn"}
	for _, key := range keys {
		quoted = append(quoted, regexp.QuoteMeta(key))
	}
	const value = `("(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|(?:env|file):[^\s,}]*|[^\s].*)`
	return regexp.MustCompile(`((?i:["']?\b(?:` + strings.Join(quoted, "|") + `)\b["']?)\s*:\s*)` + value + `|(://[^\s/:@]*:)(\S*@)`)
}

// line returns a line of the file with its secrets covered, one sign for each
// character, so that the carets below still point right.
func (e *Error) line(n int) string {
	if n < 1 || n > len(e.lines) {
		return ""
	}
	line := strings.TrimRight(strings.ReplaceAll(e.lines[n-1], "\t", " "), "\r")
	return e.secrets.ReplaceAllStringFunc(line, func(found string) string {
		parts := e.secrets.FindStringSubmatch(found)
		if value := strings.Trim(parts[2], `"'`); strings.HasPrefix(value, "env:") || strings.HasPrefix(value, "file:") {
			return found
		}
		return parts[1] + cover(parts[2]) + parts[3] + cover(parts[4])
	})
}

func cover(text string) string { return strings.Repeat("*", len([]rune(text))) }

// Error writes all problems, each with its line, and that nothing was done.
func (e *Error) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i == maxProblems {
			fmt.Fprintf(&b, "and %d more\n", len(e.Problems)-i)
			break
		}
		e.write(&b, p)
	}
	b.WriteString("Nothing was started.")
	if i := slices.IndexFunc(e.Problems, func(p Problem) bool { return p.where != "" }); i >= 0 {
		where := e.Problems[i].where
		fmt.Fprintf(&b, " Keys of %s: kith schema %s", where.article(), where)
	}
	return b.String()
}

// longestLine is how much of a line is shown.
const longestLine = 160

func (e *Error) write(b *strings.Builder, p Problem) {
	b.WriteString(e.Name)
	if p.Line > 0 {
		fmt.Fprintf(b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Sentence + "\n")
	line := []rune(e.line(p.Line))
	if len(line) == 0 {
		return
	}
	from := max(0, p.Column-1)
	if from > len(line) {
		from = len(line)
	}
	start := 0
	if from > longestLine*3/4 {
		start = from - longestLine/2
	}
	end := min(len(line), start+longestLine)
	width := min(max(1, p.width), max(1, end-from))
	fmt.Fprintf(b, "%5d | %s\n", p.Line, string(line[start:end]))
	fmt.Fprintf(b, "      | %s%s\n", strings.Repeat(" ", from-start), strings.Repeat("^", width))
}
