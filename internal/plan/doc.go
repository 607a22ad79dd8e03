// Package plan decides. It takes the words of package contact — a party, its
// links, a reading, the policies — and answers with values: what the party
// takes, what a place still lacks, what has to stop and be asked. It reads no
// clock and does no I/O, so that a dry run, a preview, an audit line and a test
// are all the same call.
package plan
