package config

import (
	"slices"

	"kith/internal/contact"
)

// Kind is a kind of connector as the configuration needs to know it. The
// program hands them over, so that nothing here depends on a connector.
type Kind struct {
	Name        string
	Doc         string
	Keys        []KindKey
	Map         map[contact.Kind][]contact.MapEntry // what the connector maps by itself
	Collections map[contact.Kind]contact.Collection // what a row may leave out
	Rules       map[string]string                   // rules that hold where no line says otherwise, as one would write them

	Lists           bool // e-mails, phones and addresses come as lists
	NeedsCollection bool // a row must name its collection
	NeedsID         bool // a row must name the native key
	NativeSlots     bool // native fields bear the names of slots
	Marks           bool // records carry our marker where the row names no field for it

	// As says what the kind is with these keys, where they change it: a file may
	// be CSV or vCards. Nil: it is always the same.
	As func(keys map[string]string) Kind
}

// KindKey is a key of a kind of connector, field by field as the connector
// describes it.
type KindKey struct {
	Name     string
	Doc      string
	Required bool
	Secret   bool
	Default  string
	Values   []string
}

func kindNames(kinds []Kind) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	slices.Sort(names)
	return names
}

func findKind(kinds []Kind, name string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

func (k Kind) key(name string) (KindKey, bool) {
	i := slices.IndexFunc(k.Keys, func(key KindKey) bool { return key.Name == name })
	if i < 0 {
		return KindKey{}, false
	}
	return k.Keys[i], true
}

func (k Kind) keyNames() []string {
	names := make([]string, len(k.Keys))
	for i, key := range k.Keys {
		names[i] = key.Name
	}
	return names
}

// implies reports whether records show a slot without a line of the map.
func (k Kind) implies(slot string) bool {
	family, _, _ := contact.SplitSlot(slot)
	return k.Lists && slices.Contains(contact.Families, family)
}
