package plan

import (
	"strings"
	"testing"

	"kith/internal/contact"
)

func TestKnownSlotsExist(t *testing.T) {
	for _, kind := range contact.Kinds {
		slots := KnownSlots(kind)
		for i, slot := range slots {
			if _, ok := contact.SlotType(kind, slot); !ok {
				t.Errorf("%s of a %s is no slot", slot, kind)
			}
			if i > 0 && slots[i-1] >= slot {
				t.Errorf("%s comes after %s", slot, slots[i-1])
			}
		}
		for _, slot := range []string{"address.work.city", "phone.mobile", "note"} {
			if !strings.Contains(strings.Join(slots, " "), slot) {
				t.Errorf("%s is missing", slot)
			}
		}
	}
}
