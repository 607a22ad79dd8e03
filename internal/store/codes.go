package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"kith/internal/contact"
)

// The small closed lists of words are stored as their place in these lists,
// which therefore only ever grow at the end.
var (
	kinds    = []contact.Kind{contact.Company, contact.Person}
	states   = []contact.State{contact.Active, contact.Removed, contact.Joined}
	gones    = []contact.Gone{contact.Here, contact.Deleted, contact.Archived, contact.Absent, contact.Hidden, contact.Merged}
	switches = []contact.Switch{contact.ByRule, contact.On, contact.Off}
)

func codeOf[T ~string](list []T, word T) (int64, error) {
	i := slices.Index(list, word)
	if i < 0 {
		return 0, fmt.Errorf("%q is none of %q", word, list)
	}
	return int64(i), nil
}

func wordOf[T ~string](list []T, code int64) (T, error) {
	if code < 0 || code >= int64(len(list)) {
		return "", fmt.Errorf("code %d is none of %q: %w", code, list, errPacked)
	}
	return list[code], nil
}

// reasonText stores a reason: its code alone, or a JSON list of code and
// arguments. "" is no reason.
func reasonText(r contact.Reason) string {
	if len(r.Args) == 0 {
		return r.Code
	}
	return toJSON(append([]string{r.Code}, r.Args...))
}

func reasonOf(text string) (contact.Reason, error) {
	if text == "" || text[0] != '[' {
		return contact.Reason{Code: text}, nil
	}
	var list []string
	if err := fromJSON(text, &list); err != nil {
		return contact.Reason{}, err
	}
	if len(list) == 0 {
		return contact.Reason{}, errPacked
	}
	return contact.Reason{Code: list[0], Args: list[1:]}, nil
}

// toJSON encodes a value of one of our own types, which cannot fail.
func toJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func fromJSON(text string, into any) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("%w: %w", errPacked, err)
	}
	return nil
}
