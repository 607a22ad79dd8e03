package match

// Limits of a search. A list longer than this tells nobody from anybody; who is in it
// is found through a rarer key: name and postcode, name and company.
const (
	strongList  = 400
	maxFound    = 256 // candidates after which no weak list is taken
	mostFound   = 900 // and after which none at all
	largeSet    = 50_000
	weakInLarge = 30
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
		total := len(s.found) + len(s.lists[i]) + len(s.more[i])
		if total > mostFound || len(s.found) > 0 && total > maxFound && s.list[i]&weakBit != 0 {
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
	s.seen[i] = row + 1
	s.used = append(s.used, uint16(i))
	s.found = append(s.found, row)
}
