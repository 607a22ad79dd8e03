package match

// dict gives texts small numbers, from 1 on; 0 is the missing text. It holds no
// pointers to its texts, so that the garbage collector has nothing to follow in a
// million of them.
type dict struct {
	arena []byte
	end   []uint32 // end[i] is where text i ends in the arena; end[0] = 0
	slots []uint64 // open addressing: upper half of the hash, number
}

func newDict() dict { return dict{end: make([]uint32, 1, 64), slots: make([]uint64, 64)} }

// size is the highest number given.
func (d *dict) size() int { return len(d.end) - 1 }

func (d *dict) bytes(id uint32) []byte { return d.arena[d.end[id-1]:d.end[id]] }

func (d *dict) text(id uint32) string {
	if id == 0 {
		return ""
	}
	return string(d.bytes(id))
}

// find answers the number of a text, or 0.
func (d *dict) find(s string) uint32 {
	if s == "" {
		return 0
	}
	h := hashOf(s)
	mask := uint64(len(d.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := d.slots[i]
		if slot == 0 {
			return 0
		}
		if slot>>32 == h>>32 && string(d.bytes(uint32(slot))) == s {
			return uint32(slot)
		}
	}
}

// add answers the number of a text and whether it is new.
func (d *dict) add(s string) (uint32, bool) {
	if s == "" {
		return 0, false
	}
	h := hashOf(s)
	mask := uint64(len(d.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := d.slots[i]
		if slot == 0 {
			d.arena = append(d.arena, s...)
			d.end = append(d.end, uint32(len(d.arena)))
			id := uint32(d.size())
			d.slots[i] = h>>32<<32 | uint64(id)
			if d.size()*4 > len(d.slots)*3 {
				d.grow()
			}
			return id, true
		}
		if slot>>32 == h>>32 && string(d.bytes(uint32(slot))) == s {
			return uint32(slot), false
		}
	}
}

func (d *dict) grow() {
	old := d.slots
	d.slots = make([]uint64, 2*len(old))
	mask := uint64(len(d.slots) - 1)
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		i := hashOf(d.bytes(uint32(slot))) & mask
		for d.slots[i] != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = slot
	}
}

// numbers is a dict of 64-bit values.
type numbers struct {
	value []uint64 // value[0] unused
	slots []uint32
}

func newNumbers() numbers { return numbers{value: make([]uint64, 1, 64), slots: make([]uint32, 64)} }

func (n *numbers) size() int { return len(n.value) - 1 }

func (n *numbers) find(v uint64) uint32 {
	mask := uint64(len(n.slots) - 1)
	for i := mix(v, 0) & mask; ; i = (i + 1) & mask {
		id := n.slots[i]
		if id == 0 || n.value[id] == v {
			return id
		}
	}
}

func (n *numbers) add(v uint64) (uint32, bool) {
	if id := n.find(v); id != 0 {
		return id, false
	}
	n.value = append(n.value, v)
	id := uint32(n.size())
	if n.size()*4 > len(n.slots)*3 {
		n.slots = make([]uint32, 2*len(n.slots))
		for id := 1; id < len(n.value); id++ {
			n.place(uint32(id))
		}
		return id, true
	}
	n.place(id)
	return id, true
}

func (n *numbers) place(id uint32) {
	mask := uint64(len(n.slots) - 1)
	i := mix(n.value[id], 0) & mask
	for n.slots[i] != 0 {
		i = (i + 1) & mask
	}
	n.slots[i] = id
}
