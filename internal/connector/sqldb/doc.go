// Package sqldb keeps contacts in step with the tables or views of an SQL
// database: PostgreSQL, MySQL and MariaDB, SQL Server, SQLite.
//
// Identifiers in its statements come only from the schema the database itself
// shows, quoted; values are always bound. Every column is read as the text the
// database renders for it and written as text the database casts back, so one
// code serves all dialects; what differs is in the dialect interface.
//
// # Reading
//
// With a `changed` column, a complete listing is followed by rounds of "changed
// since": inclusive, reaching back two minutes, by the server's own clock, with
// all rows whose stamp is null. Without one every round is a complete listing.
// A transaction that stays open for longer than two minutes commits a stamp
// behind the watermark; the comparison of keys and versions finds it.
//
// Deletions are not visible to a query: List gives all keys, and Get proves.
//
// # Writing
//
// A version is a hash of the mapped columns, the stamp and the marker as they
// were read. A write reads the row again, compares the hash, and repeats every
// value read in the WHERE clause of its UPDATE or DELETE, byte for byte: two
// writers cannot overwrite each other, whatever the stamp's resolution. The
// answer is read back inside the same transaction, so that it shows what
// triggers made of the row.
//
// On its own updates Kith also sets the `changed` column to the server's time,
// in the same statement, unless the database computes the column or moves it by
// ON UPDATE: other programs read "changed since" too and would miss our write. A
// trigger that keeps the column has the last word. An insert leaves it to the
// column's default, because many applications show "never changed" by null;
// only a column that must have a value and has no default gets the time.
//
// An empty value clears: NULL where the column allows it, an empty text where it
// does not. Any other column that must have a value refuses to be cleared.
//
// # SQL Server
//
// Its statements are tested as text only. They have never run against a server.
package sqldb
