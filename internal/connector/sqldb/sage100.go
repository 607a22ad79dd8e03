package sqldb

import (
	"kith/internal/connector"
	"kith/internal/contact"
)

// traits are what is known of a product beyond what its schema shows.
type traits struct {
	padded bool // blanks at the end of a text are no content
	blank  bool // an empty text is "" and never NULL, which its programs do not expect
}

// Sage100Keys describes the configuration of Sage 100, the French ERP, whose
// company is a database.
var Sage100Keys = []connector.Key{
	{Name: "dialect", Doc: "which database it is; Sage 100 keeps its companies in SQL Server", Default: "sqlserver", Values: Keys[0].Values},
	Keys[1],
}

// Sage100Collections are its tables: third parties and their contacts. cbMarq is
// the row's number, made by the database; cbModification moves with every
// write.
var Sage100Collections = map[contact.Kind]contact.Collection{
	contact.Company: {Name: "F_COMPTET", ID: "cbMarq", Changed: "cbModification"},
	contact.Person:  {Name: "F_CONTACTT", ID: "cbMarq", Changed: "cbModification"},
}

// Sage100Rules are the rules that hold for it unless a line says otherwise. It
// is only read: what is written by SQL passes by the checks that Sage's own
// programs make. A contact has no column to spare for our marker, so a create
// that was interrupted is found again by its key.
var Sage100Rules = map[string]string{"readonly": "yes", "match": "[number, email.work, strict]"}

// Sage100Map is what its columns mean. A contact belongs to the third party
// whose number it names.
var Sage100Map = map[contact.Kind][]contact.MapEntry{
	contact.Company: {
		{Slot: "name", Field: "CT_Intitule"}, {Slot: "number", Field: "CT_Num"},
		{Slot: "relation", Field: "CT_Type", Values: map[string]string{"0": "customer", "1": "supplier", "2": "employee", "3": "other"}},
		{Slot: "status", Field: "CT_Sommeil", Values: map[string]string{"0": "active", "1": "inactive"}},
		{Slot: "address.work.street", Field: "CT_Adresse"}, {Slot: "address.work.extra", Field: "CT_Complement"},
		{Slot: "address.work.postcode", Field: "CT_CodePostal"}, {Slot: "address.work.city", Field: "CT_Ville"}, {Slot: "address.work.country", Field: "CT_Pays"},
		{Slot: "phone.main", Field: "CT_Telephone"}, {Slot: "email.work", Field: "CT_EMail"},
	},
	contact.Person: {
		{Slot: "name.family", Field: "CT_Nom"}, {Slot: "name.given", Field: "CT_Prenom"},
		{Slot: "salutation", Field: "CT_Civilite", Values: map[string]string{"0": "mr", "1": "mrs", "2": "miss"}},
		{Slot: "company", Field: "CT_Num", By: "number"}, {Slot: "title", Field: "CT_Fonction"},
		{Slot: "phone.work", Field: "CT_Telephone"}, {Slot: "phone.mobile", Field: "CT_TelPortable"}, {Slot: "fax.work", Field: "CT_Telecopie"},
		{Slot: "email.work", Field: "CT_EMail"},
	},
}

// OpenSage100 prepares a Sage 100 company as Open does. Its texts end in blanks
// that say nothing, and its empty texts are no NULL.
func OpenSage100(s connector.Settings) (connector.System, error) {
	return open(s, traits{padded: true, blank: true})
}
