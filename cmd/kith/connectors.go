package main

import (
	"kith/internal/card"
	"kith/internal/config"
	"kith/internal/connector"
	"kith/internal/connector/carddav"
	"kith/internal/connector/file"
	"kith/internal/connector/memory"
	"kith/internal/connector/sqldb"
	"kith/internal/contact"
)

// kind is a kind of system: what the configuration knows of it, and its door.
type kind struct {
	config.Kind
	open func(connector.Settings) (connector.System, error)
	// isPath reports whether a key holds the path of a local file or directory,
	// which counts from the directory of the configuration.
	isPath func(key string, all map[string]string) bool
}

// kinds is the list of all kinds of system there are.
func kinds() []kind {
	return []kind{
		{config.Kind{
			Name: "memory", Doc: "records in this process, for trying things out",
			Keys: keysOf(memory.Keys), NativeSlots: true, Marks: true,
		}, memory.Open, func(string, map[string]string) bool { return false }},
		{config.Kind{
			Name: "file", Doc: fileDoc,
			Keys: keysOf(file.Keys), NeedsCollection: true, NeedsID: true, As: fileAs,
		}, file.Open, func(key string, _ map[string]string) bool { return key == "path" }},
		{config.Kind{
			Name: "carddav", Doc: "an address book on a CardDAV server",
			Keys: keysOf(carddav.Keys), Lists: true, Marks: true,
			Map: cardMap(),
		}, carddav.Open, func(string, map[string]string) bool { return false }},
		{config.Kind{
			Name: "sqldb", Doc: "tables of a PostgreSQL, MariaDB, MySQL, SQL Server or SQLite database",
			Keys: keysOf(sqldb.Keys), NeedsCollection: true, NeedsID: true,
		}, sqldb.Open, isSQLitePath},
		{config.Kind{
			Name: "sage100", Doc: "a company of Sage 100 (France), in its database; only read until `readonly: no`",
			Keys: keysOf(sqldb.Sage100Keys), Map: sqldb.Sage100Map, Collections: sqldb.Sage100Collections, Rules: sqldb.Sage100Rules,
		}, sqldb.OpenSage100, isSQLitePath},
	}
}

func isSQLitePath(key string, all map[string]string) bool {
	return key == "dsn" && all["dialect"] == "sqlite"
}

const fileDoc = "CSV files or vCards"

// fileAs tells CSV, where a row names everything, from vCards, which bring their
// map with them.
func fileAs(keys map[string]string) config.Kind {
	k := config.Kind{Name: "file", Doc: fileDoc, Keys: keysOf(file.Keys)}
	if !file.IsVCard(keys) {
		k.NeedsCollection, k.NeedsID = true, true
		return k
	}
	k.Lists, k.Marks, k.Map = true, true, cardMap()
	return k
}

// cardMap is what systems of vCards map by themselves.
func cardMap() map[contact.Kind][]contact.MapEntry {
	return map[contact.Kind][]contact.MapEntry{contact.Company: card.Map(contact.Company), contact.Person: card.Map(contact.Person)}
}

func keysOf(keys []connector.Key) []config.KindKey {
	out := make([]config.KindKey, len(keys))
	for i, k := range keys {
		out[i] = config.KindKey(k)
	}
	return out
}

func configKinds(all []kind) []config.Kind {
	out := make([]config.Kind, len(all))
	for i, k := range all {
		out[i] = k.Kind
	}
	return out
}
