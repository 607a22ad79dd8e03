// Package contact holds the words of Kith: place, party, record, link, policy,
// action, entry, run, review and reason. They are plain values; nothing here
// does I/O, reads a clock or draws randomness, so every other package can
// speak them without pulling anything in.
package contact
