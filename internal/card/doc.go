// Package card is what vCards mean to the doors that keep them: which native
// field of a card is which slot, how a card becomes a record, and how the
// changes of a record get into a card without touching the rest of it. Package
// vcard knows the lines; doors know where cards lie.
//
// Native fields bear the names of package vcard ("N.family", "ORG.1", "X-FOO"),
// with two of our own: PHOTO, which is the picture as an address that holds its
// content (RFC 2397) or, where the card only points to one, that address; and
// CATEGORIES, which joins the categories by contact.ListSeparator. E-mails,
// phones, fax numbers and postal addresses are lists.
package card
