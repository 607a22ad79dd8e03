package config

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// shape is how a value is written and read. Read returns nil where it noted a
// problem. Keys whose value is a block of its own have no read.
type shape struct {
	words  string // for people
	schema map[string]any
	read   func(r *reader, n *node, at site) any
}

// blockShape is a block that has a reader of its own and stands in the schema
// under a name.
func blockShape(definition, words string) shape {
	return shape{words: words, schema: reference(definition)}
}

func oneOf(values ...string) shape {
	return shape{
		words:  strings.Join(values, " | "),
		schema: map[string]any{"enum": values},
		read: func(r *reader, n *node, at site) any {
			text, ok := r.text(n, at)
			if ok && !slices.Contains(values, text) {
				r.unknownValue(n, at, values)
				ok = false
			}
			return whenOK(text, ok)
		},
	}
}

func whenOK[T any](value T, ok bool) any {
	if !ok {
		return nil
	}
	return value
}

// parsed is a scalar that a function reads; its error is the sentence.
func parsed[T any](words, pattern string, parse func(string) (T, error)) shape {
	schema := anyScalar()
	if pattern != "" {
		schema = map[string]any{"type": "string", "pattern": pattern}
	}
	return shape{words: words, schema: schema, read: func(r *reader, n *node, at site) any {
		text, ok := r.text(n, at)
		if !ok {
			return nil
		}
		value, err := parse(text)
		if err != nil {
			r.problem(n, at.path, "%s", err)
			return nil
		}
		return value
	}}
}

type sentence string

func (s sentence) Error() string { return string(s) }

var (
	durationShape = parsed("DURATION: 90s, 15m, 24h, 7d, 2w", `^([0-9]+[smhdw])+$`, parseDuration)
	scheduleShape = parsed("every DURATION | N times a day | at 06:00 18:00 | by hand", `^(every [0-9smhdw]+|[0-9]+ times a day|at [0-9: ,]+|by hand)$`, parseSchedule)
	brakeShape    = shape{
		words:  "10 or 5% | 10 | 5% | off",
		schema: map[string]any{"type": []string{"string", "number"}},
		read:   parsed("", "", parseBrake).read,
	}
	paceShape = parsed("100/min | 3000/5min | 4 at a time", "", func(text string) (string, error) {
		return text, checkPace(text)
	})
	wrongShape = shape{
		words:  "a number from 0.01 to 1000",
		schema: map[string]any{"type": "number", "minimum": leastWrong, "maximum": mostWrong},
		read:   parsed("", "", ParseWrong).read,
	}
	reviewedShape = parsed("a share from 0.1% to 50%", `^[0-9]{1,2}(\.[0-9]+)?%$`, ParseShare)
	countShape    = shape{words: "a number from 1", schema: map[string]any{"type": "integer", "minimum": 1}, read: parsed("", "", parseCount).read}
	yesNoShape    = shape{words: "yes | no", schema: yesNoSchema(), read: readYesNo}
	textShape     = shape{words: "a text", schema: anyScalar(), read: func(r *reader, n *node, at site) any { return whenOK(r.filled(n, at)) }}
	countryShape  = parsed("ISO code: SE", "", parseCountry)
	zoneShape     = parsed("Europe/Stockholm", "", parseZone)
	listenShape   = parsed("HOST:PORT", "", func(text string) (string, error) {
		if _, port, err := net.SplitHostPort(text); err == nil {
			if n, err := strconv.Atoi(port); err == nil && n >= 0 && n < 1<<16 {
				return text, nil
			}
		}
		return "", sentence(`an address is HOST:PORT, such as 127.0.0.1:8080`)
	})
	installationShape = parsed("a short name", "", func(text string) (string, error) {
		if text != "" && !namePattern.MatchString(text) {
			return "", sentence("a name is made of small letters, digits and hyphens, and begins with a letter")
		}
		return text, nil
	})
	storeShape = parsed("a file | postgres://… | env:NAME", "", parseStore)
)

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

func parseCount(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0, sentence("a number from 1 is needed here")
	}
	return n, nil
}

// yesNo reads yes and no in both the forms that YAML knows.
func yesNo(text string) (yes, ok bool) {
	switch strings.ToLower(text) {
	case "yes", "true":
		return true, true
	case "no", "false":
		return false, true
	}
	return false, false
}

func readYesNo(r *reader, n *node, at site) any {
	text, ok := r.text(n, at)
	if !ok {
		return nil
	}
	yes, ok := yesNo(text)
	if !ok {
		r.unknownValue(n, at, []string{"yes", "no"})
	}
	return whenOK(yes, ok)
}

func parseCountry(text string) (string, error) {
	code := strings.ToUpper(text)
	if code != "" && (len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return "", sentence("a country is its ISO code, two letters: SE")
	}
	return code, nil
}

func parseZone(text string) (*time.Location, error) {
	zone, err := time.LoadLocation(text)
	if err != nil || text == "" || text == "Local" {
		return nil, sentence("there is no such timezone; one is Europe/Stockholm")
	}
	return zone, nil
}

// parseStore refuses a password in the open.
func parseStore(text string) (string, error) {
	switch {
	case text == "":
		return "", sentence("the value is missing")
	case holdsPassword(text):
		return "", sentence("the address holds a password; keep it elsewhere and write env:NAME or file:PATH")
	}
	return text, nil
}

var passwordPattern = regexp.MustCompile(`://[^/\s@]*:[^\s]*@|\bpassword=`)

// holdsPassword reports whether an address carries a password in the open.
func holdsPassword(text string) bool { return passwordPattern.MatchString(text) }
