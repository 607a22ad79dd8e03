package match

import (
	"flag"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the figures in the manual")

const figuresPage = "../../doc/explanation/matching.md"

// published holds a row of the manual's tables of figures against what was measured:
// more than two in a thousand, or three of a count, it must not be off. With -update the
// row is rewritten.
func published(t *testing.T, cells ...string) {
	t.Helper()
	page, err := os.ReadFile(figuresPage)
	if err != nil {
		t.Fatal(err)
	}
	measured := strings.ReplaceAll("| "+strings.Join(cells, " | ")+" |", "|  |", "| |")
	lines := strings.Split(string(page), "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "| "+cells[0]+" |") {
			continue
		}
		if *update {
			lines[i] = measured
			if err := os.WriteFile(figuresPage, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if !nearly(line, measured) {
			t.Errorf("the manual says\n%s\nmeasured was\n%s\nrun: go test ./internal/match -run 'Quality|IndexFinds' -update", line, measured)
		}
		return
	}
	t.Errorf("%s has no row for %s: %s", figuresPage, cells[0], measured)
}

var figure = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)

func nearly(x, y string) bool {
	a, b := figure.FindAllString(x, -1), figure.FindAllString(y, -1)
	if len(a) != len(b) || figure.ReplaceAllString(x, "#") != figure.ReplaceAllString(y, "#") {
		return false
	}
	for i := range a {
		v, _ := strconv.ParseFloat(a[i], 64)
		w, _ := strconv.ParseFloat(b[i], 64)
		off := 3.0
		if strings.Contains(b[i], ".") {
			off = 0.002
		}
		if math.Abs(v-w) > off {
			return false
		}
	}
	return true
}

// both are the precision and recall of a quality, as the manual shows them.
func (q quality) both() string {
	return fmt.Sprintf("P %.4f, R %.4f (%d wrong)", q.precision(), q.recall(), q.found-q.right)
}

// calibration is one row for each range of scores: how many of the pairs are right, and
// how many the model says are.
func calibration(t *testing.T, pairs []Pair, right func(*Pair) bool) {
	t.Helper()
	for low := 0.0; low < 12; low += 2 {
		n, good, expected := 0, 0, 0.0
		for i := range pairs {
			if p := &pairs[i]; p.Score >= low && p.Score < low+2 {
				n++
				expected += likely(p.Score)
				if right(p) {
					good++
				}
			}
		}
		published(t, fmt.Sprintf("%.0f to %.0f bits", low, low+2), strconv.Itoa(n), fmt.Sprintf("%.0f %%", 100*expected/float64(max(1, n))), fmt.Sprintf("%.0f %%", 100*float64(good)/float64(max(1, n))))
	}
}
