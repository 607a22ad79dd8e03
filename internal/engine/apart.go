package engine

import (
	"context"
	"strings"

	"kith/internal/contact"
)

// Who is not the same is remembered of parties and of records. A record takes
// along what was said of the party that it leaves: it may be met again alone.

// apart remembers that two are not the same.
func (d *decision) apart(pair contact.Pair) {
	d.b.commit.NotSame = append(d.b.commit.NotSame, pair)
}

// together forgets that two are not the same.
func (d *decision) together(x, y string) {
	d.b.commit.Forget = append(d.b.commit.Forget, contact.Pair{A: x, B: y})
}

// toldApart reports whether a person has said that two parties are not the same:
// of themselves, or of a record of one of them.
func (b *batch) toldApart(ctx context.Context, x, y string) (bool, error) {
	pairs := []contact.Pair{{A: x, B: y}}
	for _, of := range [][2]string{{x, y}, {y, x}} {
		for _, link := range b.byParty[of[0]] {
			if link.Remote != "" {
				pairs = append(pairs, contact.Pair{A: of[1], B: contact.RecordKey(link.Place, link.Kind, link.Remote)})
			}
		}
	}
	said, err := b.e.Store.NotSame(ctx, pairs)
	return len(said) > 0, err
}

// takeAlong lets a record that leaves its party not be whoever that is not.
func (b *batch) takeAlong(ctx context.Context, link *linkRow) error {
	if link.Party == "" || link.Remote == "" {
		return nil
	}
	pairs, err := b.e.Store.Apart(ctx, []string{link.Party})
	record := contact.RecordKey(link.Place, link.Kind, link.Remote)
	for _, pair := range pairs {
		if isParty(pair.B) {
			b.commit.NotSame = append(b.commit.NotSame, contact.Pair{A: pair.B, B: record})
			b.notSame[contact.Pair{A: pair.B, B: record}] = true
		}
	}
	return err
}

// isParty tells the id of a party from the key of a record.
func isParty(name string) bool { return name != contact.Nobody && !strings.Contains(name, "\x1f") }
