package plan

import (
	"maps"

	"kith/internal/contact"
)

// texts returns what a memo remembers as text.
func texts(memo contact.Memo) contact.Fields {
	out := make(contact.Fields, len(memo))
	for field, value := range memo {
		if !contact.IsDigest(value) {
			out[field] = value
		}
	}
	return out
}

// overlay returns under with over laid upon it.
func overlay(under, over contact.Fields) contact.Fields {
	if len(over) == 0 {
		return under
	}
	out := under.Clone()
	maps.Copy(out, over)
	return out
}

func cloneValues(values map[string]contact.Value) map[string]contact.Value {
	if values == nil {
		return map[string]contact.Value{}
	}
	return maps.Clone(values)
}

func orElse(why, other contact.Reason) contact.Reason {
	if why.IsZero() {
		return other
	}
	return why
}

// firstReason picks the reason of the first field by name, so that the same
// facts always give the same answer.
func firstReason(held map[string]contact.Reason) contact.Reason {
	first := ""
	for field := range held {
		if first == "" || field < first {
			first = field
		}
	}
	return held[first]
}
