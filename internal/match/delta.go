package match

// delta holds the postings that came since the last build, chained by key, without
// pointers.
type delta struct {
	heads []int32 // 1 + the first entry of a chain
	list  []deltaEntry
}

type deltaEntry struct {
	key  uint64
	row  uint32
	next int32
}

func newDelta() *delta { return &delta{heads: make([]int32, 1<<10)} }

func (d *delta) slot(key uint64) uint64 { return mix(key, 1) & uint64(len(d.heads)-1) }

func (d *delta) add(key uint64, row uint32) {
	if len(d.list) >= len(d.heads) {
		d.heads = make([]int32, 4*len(d.heads))
		for i := range d.list {
			s := d.slot(d.list[i].key)
			d.list[i].next, d.heads[s] = d.heads[s], int32(i)+1
		}
	}
	s := d.slot(key)
	d.list = append(d.list, deltaEntry{key, row, d.heads[s]})
	d.heads[s] = int32(len(d.list))
}

// find appends the postings of a key, most of them at most.
func (d *delta) find(dst []posting, key uint64, most int) []posting {
	if d == nil || len(d.list) == 0 {
		return dst
	}
	most += len(dst)
	for i := d.heads[d.slot(key)]; i != 0 && len(dst) < most; i = d.list[i-1].next {
		if e := &d.list[i-1]; e.key == key {
			dst = append(dst, posting{uint32(key), e.row})
		}
	}
	return dst
}
