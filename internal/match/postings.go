package match

import (
	"math/bits"
	"slices"
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
		lo, _ := slices.BinarySearchFunc(list, k, func(e posting, k uint32) int { return cmpUint(e.key, k) })
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

func cmpUint(a, b uint32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// buildPostings indexes rows; keysOf fills the keys of one, or none to leave it out.
func buildPostings(rows int, keysOf func(row int, k *keyList)) *postings {
	var k keyList
	total := 0
	pairs := make([]uint64, 0, 16*rows)
	owner := make([]uint32, 0, 16*rows)
	for i := range rows {
		keysOf(i, &k)
		pairs = append(pairs, k.list[:k.n]...)
		for range k.n {
			owner = append(owner, uint32(i))
		}
		total += k.n
	}
	width := max(4, bits.Len(uint(total))-1)
	p := &postings{shift: uint(64 - width), start: make([]uint32, 1<<width+1), entries: make([]posting, total)}
	for _, key := range pairs {
		p.start[key>>p.shift+1]++
	}
	for b := 1; b < len(p.start); b++ {
		p.start[b] += p.start[b-1]
	}
	next := slices.Clone(p.start[:len(p.start)-1])
	for i, key := range pairs {
		b := key >> p.shift
		p.entries[next[b]] = posting{uint32(key), owner[i]}
		next[b]++
	}
	for b := range next {
		sortBucket(p.entries[p.start[b]:p.start[b+1]])
	}
	return p
}

// sortBucket sorts by key; rows come in ascending order and stay so.
func sortBucket(list []posting) {
	if len(list) > 24 {
		slices.SortStableFunc(list, func(a, b posting) int { return cmpUint(a.key, b.key) })
		return
	}
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].key < list[j-1].key; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// Limits of a search. A key in more lists than this tells nobody from anybody, and
// its name is found through name and postcode, name and company.
const (
	strongList  = 400
	maxFound    = 256
	largeSet    = 200_000
	weakInLarge = 40
	weakInSmall = 150
)

func weakList(rows int) int {
	if rows >= largeSet {
		return weakInLarge
	}
	return weakInSmall
}

// search collects candidates: rows that share a key, from the rarest key on. Lists
// are taken whole or not at all, so that the order of rows decides nothing.
type search struct {
	keyList
	lists [32][]posting
	more  [32][]posting // what came since the lists were built
	found []uint32
	seen  [1024]uint32 // row+1, open addressing
	used  []uint16
}

func (s *search) collect(weakMax int) {
	for _, at := range s.used {
		s.seen[at] = 0
	}
	s.used, s.found = s.used[:0], s.found[:0]
	var order [32]uint8
	n := 0
	for i := range s.n {
		l := len(s.lists[i]) + len(s.more[i])
		limit := strongList
		if s.list[i]&weakBit != 0 {
			limit = weakMax
		}
		if l == 0 || l > limit {
			continue
		}
		j := n
		for j > 0 && s.before(i, int(order[j-1])) {
			order[j] = order[j-1]
			j--
		}
		order[j] = uint8(i)
		n++
	}
	for _, i := range order[:n] {
		if len(s.found) > 0 && len(s.found)+len(s.lists[i])+len(s.more[i]) > maxFound && s.list[i]&weakBit != 0 {
			return
		}
		for _, p := range s.lists[i] {
			s.add(p.row)
		}
		for _, p := range s.more[i] {
			s.add(p.row)
		}
		if len(s.found) > maxFound {
			return
		}
	}
}

// before orders lists: short first, then by key.
func (s *search) before(i, j int) bool {
	a, b := len(s.lists[i])+len(s.more[i]), len(s.lists[j])+len(s.more[j])
	if a != b {
		return a < b
	}
	return s.list[i] < s.list[j]
}

func (s *search) add(row uint32) {
	i := mix(uint64(row), 0) & 1023
	for s.seen[i] != 0 {
		if s.seen[i] == row+1 {
			return
		}
		i = (i + 1) & 1023
	}
	if len(s.used) > 900 {
		return
	}
	s.seen[i] = row + 1
	s.used = append(s.used, uint16(i))
	s.found = append(s.found, row)
}
