package engine

import (
	"context"
	"testing"

	"kith/internal/contact"
)

// BenchmarkLoadLikeness makes the index of all persons, as the first run that
// meets somebody new does.
func BenchmarkLoadLikeness(b *testing.B) {
	n := benchSize(b)
	w := newBenchWorld(b, map[string]int{"crm": n})
	w.sync()
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		l := newLikeness(w.engine)[contact.Person]
		measure(b, func() {
			if err := l.load(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
		if l.index.Len() != n {
			b.Fatalf("%d persons", l.index.Len())
		}
	}
}
