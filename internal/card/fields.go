package card

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// The native fields that package vcard does not have under this name.
const (
	photoField = "PHOTO"
	tagsField  = "CATEGORIES"
)

// markerName is the property that bears our marker. Properties of this sort
// survive Radicale, Xandikos, DAViCal and SOGo; where one does not, records
// are found again by their place in the book.
const markerName = "X-KITH-ID"

// maxText is the longest text of a field, in characters. It fits into what
// vcard.DefaultLimits allows a line whatever the characters are.
const maxText = 16000

// maxPhoto is the longest PHOTO field, in characters: the largest picture a
// card may hold, with what stands before its data.
var maxPhoto = base64.StdEncoding.EncodedLen(vcard.DefaultLimits.Photo) + len("data:image/svg+xml;base64,")

// more are fields that cards may show beyond vcard.FieldNames and own X-
// properties; a row has to map them.
var more = []string{"ANNIVERSARY", "CLASS", "GEO", "MAILER", "SORT-STRING", "SOURCE", "TZ"}

// Map is what vCards map by themselves for a kind. E-mails, phones, fax numbers
// and addresses need no line: they are lists.
func Map(kind contact.Kind) []contact.MapEntry {
	both := []contact.MapEntry{
		{Slot: "url.work", Field: "URL"}, {Slot: "photo", Field: photoField}, {Slot: "note", Field: "NOTE"},
		{Slot: "tags", Field: tagsField}, {Slot: "number", Field: "X-NUMBER"},
	}
	if kind == contact.Company {
		return append([]contact.MapEntry{{Slot: "name", Field: "FN"}, {Slot: "name2", Field: "ORG.2"}}, both...)
	}
	return append([]contact.MapEntry{
		{Slot: "name.prefix", Field: "N.prefix"}, {Slot: "name.given", Field: "N.given"}, {Slot: "name.middle", Field: "N.middle"},
		{Slot: "name.family", Field: "N.family"}, {Slot: "name.suffix", Field: "N.suffix"}, {Slot: "name.full", Field: "FN"},
		{Slot: "name.nick", Field: "NICKNAME"}, {Slot: "gender", Field: "X-GENDER"},
		{Slot: "company", Field: "ORG.1", By: "name"}, {Slot: "department", Field: "ORG.2"},
		{Slot: "title", Field: "TITLE"}, {Slot: "role", Field: "ROLE"},
		{Slot: "office", Field: "X-OFFICE"}, {Slot: "manager", Field: "X-MANAGER"}, {Slot: "assistant", Field: "X-ASSISTANT"},
		{Slot: "im.work", Field: "IMPP"}, {Slot: "birthday", Field: "BDAY"}, {Slot: "language", Field: "X-LANGUAGE"},
	}, both...)
}

// Shape is what every collection of cards offers, with the own fields among the
// mapped ones: a card takes any X- property.
func Shape(mapped []string) []connector.Field {
	names := slices.Concat(vcard.FieldNames, []string{photoField, tagsField, "REV"}, more)
	for _, name := range mapped {
		if Known(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	fields := make([]connector.Field, len(names))
	for i, name := range names {
		fields[i] = connector.Field{Name: name, Max: maxText, ReadOnly: made(name)}
		if name == photoField {
			fields[i].Max = maxPhoto
		}
	}
	return fields
}

// Known reports whether a name is a native field of cards.
func Known(name string) bool {
	switch {
	case name == photoField, name == tagsField, made(name):
		return true
	case slices.Contains(vcard.FieldNames, name), slices.Contains(more, name):
		return true
	case strings.EqualFold(name, markerName):
		return false
	case len(name) > 2 && strings.EqualFold(name[:2], "X-"), strings.HasPrefix(name, "ORG."):
		return vcard.IsField(name)
	}
	return false
}

// made reports whether a field is no one's to write: the identity of a card is
// given once, and its date is the business of whoever keeps it.
func made(name string) bool { return name == "UID" || name == "REV" }

// refuse says which field a card does not take, and why.
func refuse(name string) error {
	if made(name) {
		return connector.Refuse(contact.Because(contact.CodeMadeThere, name), "vCard: field %s is given once, when the card is made", name)
	}
	return connector.Refuse(contact.Because(contact.CodeNoSuchField, name), "vCard: there is no field %s", name)
}

func tooLong(name string, limit int) error {
	return connector.Refuse(contact.Because(contact.CodeTooLong, name, strconv.Itoa(limit)), "vCard: field %s takes at most %d characters", name, limit)
}
