package plan

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"kith/internal/contact"
)

const (
	exprMemory   = 100_000 // elements the machine may hold at a time
	exprMaxText  = 1 << 20 // bytes a computed text may have
	exprMaxWork  = 8 << 20 // bytes all functions of one evaluation may read and make
	exprWorkName = "work" + exprSpaces
)

// exprFault is a fault at run time, as a sentence without values.
type exprFault string

func (f exprFault) Error() string { return string(f) }

// exprWork bounds what the functions of one evaluation do, because the library
// can be given no deadline.
type exprWork struct{ left int }

func (w *exprWork) spend(sizes ...int) error {
	for _, size := range sizes {
		if size > exprMaxText {
			return exprFault("the text grows too long to be computed with")
		}
		w.left -= size
	}
	if w.left < 0 {
		return exprFault("the expression has too much to do")
	}
	return nil
}

// exprOwn is one function the machine runs in place of the library's.
type exprOwn struct {
	run   func(params ...any) (any, error)
	takes reflect.Type // as a function type, from which the library learns it
}

// exprOwnFunctions charge what they read and make. They are reached only
// through the rewriter, which has checked what they take.
var exprOwnFunctions = map[string]exprOwn{
	"lower":  exprOwn1(func(w *exprWork, s string) (string, error) { return strings.ToLower(s), w.spend(len(s)) }),
	"upper":  exprOwn1(func(w *exprWork, s string) (string, error) { return strings.ToUpper(s), w.spend(len(s)) }),
	"trim":   exprOwn1(func(w *exprWork, s string) (string, error) { return strings.TrimSpace(s), w.spend(len(s)) }),
	"digits": exprOwn1(exprDigits),
	"join":   exprOwn2(func(w *exprWork, a, b string) (string, error) { return a + b, w.spend(len(a) + len(b)) }),
	"firstOf": exprOwn2(func(_ *exprWork, a, b string) (string, error) {
		if a != "" {
			return a, nil
		}
		return b, nil
	}),
	"split": {func(p ...any) (any, error) {
		return exprSplit(p[0].(*exprWork), p[1].(string), p[2].(string))
	}, reflect.TypeFor[func(*exprWork, string, string) []string]()},
	"replace": {func(p ...any) (any, error) {
		return exprReplace(p[0].(*exprWork), p[1].(string), p[2].(string), p[3].(string))
	}, reflect.TypeFor[func(*exprWork, string, string, string) string]()},
	"item": {func(p ...any) (any, error) {
		return exprItem(p[1], p[2].(int)), nil
	}, reflect.TypeFor[func(*exprWork, any, int) string]()},
	"compareTime": {func(p ...any) (any, error) {
		return exprCompareTime(p[1].(string), p[2].(string), p[3].(time.Time)), nil
	}, reflect.TypeFor[func(*exprWork, string, string, time.Time) bool]()},
}

func exprOwn1(f func(*exprWork, string) (string, error)) exprOwn {
	return exprOwn{
		func(p ...any) (any, error) { return f(p[0].(*exprWork), p[1].(string)) },
		reflect.TypeFor[func(*exprWork, string) string](),
	}
}

func exprOwn2(f func(*exprWork, string, string) (string, error)) exprOwn {
	return exprOwn{
		func(p ...any) (any, error) { return f(p[0].(*exprWork), p[1].(string), p[2].(string)) },
		reflect.TypeFor[func(*exprWork, string, string) string](),
	}
}

func exprSplit(w *exprWork, text, separator string) ([]string, error) {
	if err := w.spend(len(text)); err != nil {
		return nil, err
	}
	if parts := strings.SplitN(text, separator, exprMaxList+1); len(parts) <= exprMaxList {
		return parts, nil
	}
	return nil, exprFault("the text has too many parts")
}

func exprReplace(w *exprWork, text, old, with string) (string, error) {
	if old == "" {
		return text, nil
	}
	if err := w.spend(len(text), len(text)+strings.Count(text, old)*(len(with)-len(old))); err != nil {
		return "", err
	}
	return strings.ReplaceAll(text, old, with), nil
}

func exprDigits(w *exprWork, s string) (string, error) {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s), w.spend(len(s))
}

func exprItem(list any, index int) string {
	texts := exprTexts(list)
	if index < 0 {
		index += len(texts)
	}
	if index < 0 || index >= len(texts) {
		return ""
	}
	return texts[index]
}

// exprTexts reads a list as the machine holds it: ours are []string, a literal
// one is []any.
func exprTexts(list any) []string {
	switch l := list.(type) {
	case []string:
		return l
	case []any:
		texts := make([]string, 0, len(l))
		for _, item := range l {
			if text, ok := item.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	return nil
}

// exprCompareTime compares a slot with a time. A slot that holds no time is
// neither before nor after any.
func exprCompareTime(operator, text string, with time.Time) bool {
	at, ok := parseExprTime(text)
	if !ok {
		return false
	}
	order := at.Compare(with)
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func parseExprTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly, "2006-01-02T15:04:05", time.DateTime} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

func exprOutput(out any) string {
	switch v := out.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string, []any:
		return strings.Join(exprTexts(v), contact.ListSeparator)
	}
	return ""
}

// exprParseSentence turns the library's message into one of ours where it
// speaks of tokens.
func exprParseSentence(message string) string {
	if token, ok := strings.CutPrefix(message, "unexpected token "); ok {
		if strings.HasPrefix(token, "EOF") {
			return "the expression ends too early"
		}
		if _, value, ok := strings.Cut(token, "("); ok {
			value = strings.Trim(strings.TrimSuffix(value, ")"), `"`)
			if value == "=" {
				return "= does not compare; use == for the same, != for another"
			}
			return value + " is not expected here"
		}
	}
	return message
}
