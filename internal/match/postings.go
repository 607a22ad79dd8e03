package match

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
)

// posting says that a row has a key; the rest of the key is its bucket.
type posting struct{ key, row uint32 }

// postings maps keys to rows. Buckets by the upper bits of the key stand one after
// another in a single slice, each sorted: a look-up touches two places in memory, and
// there is nothing for the garbage collector to follow.
type postings struct {
	shift   uint
	start   []uint32
	entries []posting
}

// find answers the postings of a key, in ascending order of rows.
func (p *postings) find(key uint64) []posting {
	if len(p.entries) == 0 {
		return nil
	}
	b := key >> p.shift
	list := p.entries[p.start[b]:p.start[b+1]]
	k := uint32(key)
	if len(list) > 16 {
		lo, _ := slices.BinarySearchFunc(list, k, func(e posting, k uint32) int { return cmp.Compare(e.key, k) })
		list = list[lo:]
	} else {
		for len(list) > 0 && list[0].key < k {
			list = list[1:]
		}
	}
	n := 0
	if len(list) > 64 {
		n, _ = slices.BinarySearchFunc(list, uint64(k)+1, func(e posting, k uint64) int {
			if uint64(e.key) < k {
				return -1
			}
			return 1
		})
		return list[:n]
	}
	for n < len(list) && list[n].key == k {
		n++
	}
	return list[:n]
}

// buildPostings indexes rows with the given number of goroutines; keysOf fills the
// keys of a row, or none to leave it out, and is called twice for each.
func buildPostings(rows, workers int, keysOf func(row int, k *keyList)) *postings {
	var sample keyList
	total := 0
	step := max(1, rows/1000)
	for i := 0; i < rows; i += step {
		keysOf(i, &sample)
		total += sample.n * step
	}
	width := max(4, bits.Len(uint(total))-2)
	p := &postings{shift: uint(64 - width), start: make([]uint32, 1<<width+1)}
	inParallel(rows, workers, func(from, to int) {
		var k keyList
		for i := from; i < to; i++ {
			keysOf(i, &k)
			for _, key := range k.list[:k.n] {
				atomic.AddUint32(&p.start[key>>p.shift+1], 1)
			}
		}
	})
	for b := 1; b < len(p.start); b++ {
		p.start[b] += p.start[b-1]
	}
	p.entries = make([]posting, p.start[len(p.start)-1])
	// While it is filled, start[b] runs from the beginning of bucket b to its end,
	// which is where bucket b+1 begins: afterwards everything is shifted back by one.
	inParallel(rows, workers, func(from, to int) {
		var k keyList
		for i := from; i < to; i++ {
			keysOf(i, &k)
			for _, key := range k.list[:k.n] {
				at := atomic.AddUint32(&p.start[key>>p.shift], 1) - 1
				p.entries[at] = posting{uint32(key), uint32(i)}
			}
		}
	})
	copy(p.start[1:], p.start[:len(p.start)-1])
	p.start[0] = 0
	inParallel(len(p.start)-1, workers, func(from, to int) {
		for b := from; b < to; b++ {
			sortBucket(p.entries[p.start[b]:p.start[b+1]])
		}
	})
	return p
}

// inParallel cuts a range into one piece for each goroutine.
func inParallel(n, workers int, work func(from, to int)) {
	workers = max(1, min(workers, n))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { work(n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
}

func (a posting) compare(b posting) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row))
}

// sortBucket sorts by key and row: the goroutines have filled it in no order.
func sortBucket(list []posting) {
	if len(list) > 24 {
		slices.SortFunc(list, posting.compare)
		return
	}
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].compare(list[j-1]) < 0; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}
