// Package vcard reads and writes vCards without losing anything.
//
// Every property keeps the bytes it was read from. A card that was not edited is
// written back byte for byte; in an edited one only the edited lines change.
// Order, groups, parameters, folding, line ends, byte order marks, unknown
// properties and even lines that are no properties stay where they were.
// This matters because an address book is shared: whatever one client does not
// understand belongs to another.
//
// Versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) are read. An edited card stays
// in its version; New makes cards in 3.0, the one version all servers keep.
//
// There are two levels. Card and Property are the lines. On top of them, Fields
// and Lists show the card as a contact with native names ("N.family", "ORG.1",
// list "TEL" with labels), and SetField, AddItem, ReplaceItem, RemoveItem,
// SetList and SetPhoto change just what they name.
package vcard
