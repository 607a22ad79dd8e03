// Package store is Kith's memory: places, parties, links, match keys, waiting
// readings, reviews, runs and history in SQLite or PostgreSQL. One SQL text
// serves both; what differs is a handful of strings, see dialect.
//
// Everything a decision changes is one [contact.Commit], applied in one
// transaction that is on the disk before Commit returns. Readings see only
// what was committed.
//
// How rows are written: times are milliseconds since 1970 in UTC (0 is the zero
// time), names that repeat in every row (places, native fields, slots) are
// numbers of the table "name", and what no query asks for (fields of a party,
// memos of a link, waiting records) is packed into one column, see pack.go.
//
// Errors carry a contact.Class:
//
//   - Held: another process holds the store or the place, or the fence is stale.
//   - Conflicting: something moved on since it was read; load and decide again.
//   - Unreachable: the disk is full or the database does not answer. Nothing was
//     saved; it goes on by itself when the cause is gone.
//   - Malformed: the file is damaged. Nothing in it is believed.
//   - Setup: the store cannot be opened as it is configured, or it was written
//     by a newer Kith.
package store
