package match

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// withoutIDs reads a list and leaves out the columns that name its records; some of
// them it lists twice.
func withoutIDs(t *testing.T, name string, most int, leave ...string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	header := slices.Clone(lines[0])
	for i, line := range lines {
		lines[i] = nil
		for at, cell := range line {
			if !slices.Contains(leave, strings.TrimSpace(header[at])) {
				lines[i] = append(lines[i], cell)
			}
		}
	}
	lines = lines[:min(most, len(lines))]
	return append(lines, lines[1:len(lines)/20]...)
}

func shuffledLines(lines [][]string, seed uint64) [][]string {
	lines = slices.Clone(lines)
	body := lines[1:]
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
	return lines
}

func asText(lines [][]string) string {
	var b strings.Builder
	csv.NewWriter(&b).WriteAll(lines)
	return b.String()
}

// byContents replaces the lines that a result names by what stands in them.
func byContents(t *testing.T, result string, of ...[][]string) []string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(result)).ReadAll()
	if err != nil || len(rows) < 50 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	var out []string
	for _, row := range rows[1:] {
		for i, list := range of {
			n, err := strconv.Atoi(strings.TrimPrefix(row[i], "line "))
			if err != nil {
				t.Fatalf("%q is no line", row[i])
			}
			row[i] = strings.Join(list[n-1], "|")
		}
		out = append(out, strings.Join(row, ","))
	}
	slices.Sort(out)
	return out
}

// Records without ids are called by their lines. What is decided on them, and which of
// two is the left one, follows from what they hold, not from where they stand.
func TestLinkWithoutIDsIsTheSameInAnyOrder(t *testing.T) {
	a := withoutIDs(t, "contacts_dev5k_a.csv", 1800, "rec_id", "ent_id", "family_id")
	b := withoutIDs(t, "contacts_dev5k_b.csv", 1800, "rec_id", "ent_id", "family_id")
	f := Files{Options: Options{OneToOne: true, Workers: 2}}
	a2, b2 := shuffledLines(a, 1), shuffledLines(b, 2)
	first, _, _ := linkLists(t, asText(a), asText(b), f)
	second, _, _ := linkLists(t, asText(a2), asText(b2), f)
	if x, y := byContents(t, first, a, b), byContents(t, second, a2, b2); !slices.Equal(x, y) {
		t.Errorf("two files: %d and %d pairs; first difference: %s", len(x), len(y), difference(x, y))
	}
	f.Options.OneToOne = false
	one := withoutIDs(t, "fake_1000.csv", 2000, "unique_id", "cluster")
	two := shuffledLines(one, 3)
	first, _, _ = linkLists(t, asText(one), "", f)
	second, _, _ = linkLists(t, asText(two), "", f)
	if x, y := byContents(t, first, one, one), byContents(t, second, two, two); !slices.Equal(x, y) {
		t.Errorf("one file: %d and %d pairs; first difference: %s", len(x), len(y), difference(x, y))
	}
}

// What records are called does not decide whom they are: other ids, other samples,
// the same pairs.
func TestLinkIsTheSameUnderOtherNames(t *testing.T) {
	lines := withoutIDs(t, "febrl1.csv", 2000, "rec_id", "soc_sec_id")
	named := func(name func(i int) string) string {
		out := [][]string{append([]string{"id"}, lines[0]...)}
		for i, line := range lines[1:] {
			out = append(out, append([]string{name(i)}, line...))
		}
		return asText(out)
	}
	f := Files{Options: Options{Workers: 2}}
	first, _, _ := linkLists(t, named(func(i int) string { return strconv.Itoa(i) }), "", f)
	second, _, _ := linkLists(t, named(func(i int) string { return strconv.Itoa(i + 1_000_000) }), "", f)
	x, y := strings.Split(first, "\n"), strings.Split(second, "\n")
	if len(x) != len(y) {
		t.Fatalf("%d and %d pairs", len(x), len(y))
	}
	for i := range x {
		p, q := strings.SplitN(x[i], ",", 3), strings.SplitN(y[i], ",", 3)
		if len(p) == 3 && (p[2] != q[2] || i > 0 && q[0] != strconv.Itoa(1_000_000+atoi(t, p[0]))) {
			t.Fatalf("%s and %s", x[i], y[i])
		}
	}
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Of a pair of one list the record that is called first is the left one, in whatever
// order they stand: numbers as numbers, before texts.
func TestLeftIsWhoIsCalledFirst(t *testing.T) {
	head, line := "id,name,email\n", ",Anna Ek,anna@ek.se\n"
	for _, c := range [][2]string{{"2", "10"}, {"7", "x1"}, {"a10", "a9"}, {"007", "7"}, {"99999999999999999999", "100000000000000000000"}} {
		for _, in := range []string{c[0] + line + c[1] + line, c[1] + line + c[0] + line} {
			out, _, _ := linkLists(t, head+in, "", Files{})
			if !strings.Contains(out, "\n"+c[0]+","+c[1]+",certain,") {
				t.Errorf("%s and %s:\n%s", c[0], c[1], out)
			}
		}
	}
}
