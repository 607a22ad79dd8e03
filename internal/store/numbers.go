package store

import "sync"

// numbers remembers the numbers of parties met lately. A party's number never
// changes and parties are never deleted, so what was once committed stays true.
type numbers struct {
	mu   sync.Mutex
	byID map[string]int64
}

// numbersKept bounds numbers; when it is full it starts over.
const numbersKept = 1 << 15

func (n *numbers) add(id string, num int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.byID) >= numbersKept {
		clear(n.byID)
	}
	if n.byID == nil {
		n.byID = make(map[string]int64)
	}
	n.byID[id] = num
}

// take moves what is known of ids to nums and returns the rest.
func (n *numbers) take(ids []string, nums map[string]int64) (unknown []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, id := range ids {
		if num, ok := n.byID[id]; ok {
			nums[id] = num
			continue
		}
		unknown = append(unknown, id)
	}
	return unknown
}
