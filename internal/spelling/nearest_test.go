package spelling

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	known := []string{"removal", "recreate", "required", "readonly", "by hand", "gives", "id"}
	for word, want := range map[string]string{
		"remvoal": "removal", "removl": "removal", "Removal": "removal", "rekreate": "recreate", "requird": "required",
		"gvies": "gives", "give": "gives", "byhand": "by hand", "update": "", "x": "", "": "", "ix": "id",
		strings.Repeat("removal", 100): "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	if got := Nearest("sage", []string{"sagx", "sagy"}); got != "sagx" {
		t.Errorf("of two as near: %q", got)
	}
}

// One slip in a known word of four letters or more finds a word as near.
func TestNearestForgivesOneSlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{4,20}`).Draw(t, "word")
		at := rapid.IntRange(0, len(word)-2).Draw(t, "at")
		slip := map[string]string{
			"dropped": word[:at] + word[at+1:],
			"added":   word[:at] + "q" + word[at:],
			"wrong":   word[:at] + "q" + word[at+1:],
			"swapped": word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:],
		}
		for kind, slipped := range slip {
			if got := Nearest(slipped, []string{word}); got != word {
				t.Fatalf("%s: %q does not find %q", kind, slipped, word)
			}
		}
	})
}
