// Package match tells whether two records are the same person or company, how sure
// that is, and why.
//
// It can be used by itself. [Link] takes lists as CSV and writes pairs. A [Batch] does
// the same with records from anywhere: fill it with Add, call Run, ask Explain. An
// [Index] holds records that come and go and answers look-ups in microseconds:
//
//	x := match.NewIndex(match.Person, "DE", match.Options{}, nil)
//	x.Load(next)                                   // at start, from the store
//	x.Put(&match.Record{ID: "p1", First: "Anna", Last: "Ek", Mails: []string{"anna.ek@acme.de"}})
//	for _, hit := range x.Lookup(match.Query{Record: r}) {
//		hit.Verdict                                // Certain or Possible
//		hit.Explain()                              // bits that add up to hit.Score
//	}
//
// Every pair is reduced to a pattern: how far it agrees in each field (pattern.go,
// compare*.go). A [Model] knows what each level is worth in bits; it ships with
// defaults and is trained on the records themselves, without labels (train.go). The
// sum is the score, the log2 of the odds that the two are one; rare values count more
// (rarity.go). Rules, guards and the lead over the runner-up make the verdict
// (verdict.go). Candidates are found by keys that both records share (keys.go,
// postings.go, search.go).
//
// The same records and the same model give the same decision, byte for byte, in any
// order of input and with any number of goroutines.
package match
