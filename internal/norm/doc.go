// Package norm knows when two texts stand for the same value.
//
// Every function takes a value as a person or a system wrote it and answers its
// normal form: two values are the same exactly when their normal forms are equal.
// All functions are pure and idempotent, safe for concurrent use, and return their
// argument unchanged (without allocating) where it is normal already, because they
// run for every field of every record at every visit.
//
// Nothing here judges likeness. "Müller" and "Muller" are different names to [Name];
// that they are near one another is what [Skeleton] and [Phonetic] are for, which
// package match uses.
package norm
