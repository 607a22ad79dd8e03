package match

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func linkLists(t *testing.T, left, right string, f Files) (string, string, Summary) {
	t.Helper()
	var out, groups bytes.Buffer
	f.Left, f.Out, f.Groups = strings.NewReader(left), &out, &groups
	if right != "" {
		f.Right = strings.NewReader(right)
	}
	s, err := Link(f)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), groups.String(), s
}

func TestLinkTwoFiles(t *testing.T) {
	left := "id;Vorname;Nachname;E-Mail;Handy;Firma;Notiz\n1;Jörg;Müller;joerg.mueller@acme.de;0171 2345678;Acme GmbH;x\n2;Ute;Thal;;;Thal AG;y\n"
	right := "\ufeffkey,given_name,surname,email,mobile\nA,Joerg,Mueller,,+49 171 2345678\nB,Olof,Palm,olof@palm.se,\n"
	var notes []string
	out, _, s := linkLists(t, left, right, Files{Country: "DE", Options: Options{OneToOne: true, Workers: 2}, Note: func(n string) { notes = append(notes, n) }})
	if !strings.HasPrefix(out, "left,right,verdict,score,why\n1,A,certain,") || strings.Count(out, "\n") != 2 {
		t.Errorf("pairs:\n%s", out)
	}
	if s.Left != 2 || s.Right != 2 || s.Certain != 1 {
		t.Errorf("summary %+v", s)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "Notiz") {
		t.Errorf("notes %q", notes)
	}
}

func TestLinkOneFile(t *testing.T) {
	in := "id,name,email\n1,Anna Ek,anna@ek.se\n2,\"Ek, Anna\",Anna@ek.se\n3,Olof Palm,olof@palm.se\n"
	out, groups, s := linkLists(t, in, "", Files{Options: Options{Workers: 1}})
	if !strings.Contains(out, "\n1,2,certain,") {
		t.Errorf("pairs:\n%s", out)
	}
	if groups != "group,id\n1,1\n1,2\n" || s.Groups != 1 {
		t.Errorf("groups:\n%s", groups)
	}
}

func TestLinkRefuses(t *testing.T) {
	for _, c := range []struct {
		in   string
		f    Files
		says string
	}{
		{"id,colour,email\n1,red,a@b.de\n", Files{}, "fewer than two usable columns"},
		{"id,a,b\n1,x,y\n", Files{Columns: map[string]string{"c": "first_name"}}, `no column "c"`},
		{"id,a,b\n1,x,y\n", Files{Columns: map[string]string{"a": "shoe"}}, "unknown column"},
		{"id,first_name,last_name\n1,x,y\n1,x,z\n", Files{}, "stands twice"},
		{"id,first_name,last_name\n1,x,y\n", Files{ID: "nr"}, `no column "nr"`},
		{"", Files{}, "empty"},
	} {
		c.f.Left, c.f.Out = strings.NewReader(c.in), &bytes.Buffer{}
		if _, err := Link(c.f); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: error %v, want %q", c.in, err, c.says)
		}
	}
}

func TestColumnsAreRecognised(t *testing.T) {
	for header, want := range map[string]column{
		"first_name": colFirst, " Given Name ": colFirst, "Prénom": colFirst, "Förnamn": colFirst, "surname": colLast, "Nom": colName, "Efternamn": colLast,
		"dob": colBirth, "date_of_birth": colBirth, "Geburtsdatum": colBirth, "address_1": colStreet, "Straße": colStreet, "suburb": colCity, "Ort": colCity,
		"Postnummer": colPostcode, "PLZ": colPostcode, "state": colRegion, "Courriel": colMail, "E-post": colMail, "Handy": colMobile, "street_number": colHouse, "Land": colCountry,
	} {
		l, err := recognise([]string{"id", header, "city", "email"}, nil, "")
		if err != nil || l.of[1] != want {
			t.Errorf("%q: %v %v, want %v", header, l.of, err, columnNames[want])
		}
	}
	l, err := recognise([]string{"nr", "wer", "wo"}, map[string]string{"wer": "last_name", "wo": "city"}, "")
	if err != nil || l.of[1] != colLast || l.of[2] != colCity {
		t.Errorf("named columns: %v %v", l.of, err)
	}
}

// Goal 16: the same lists in another order give the same decisions and explanations,
// byte for byte.
func TestLinkIsTheSameInAnyOrder(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	shuffled := func(s string, seed uint64) string {
		lines := strings.SplitAfter(strings.TrimRight(s, "\n")+"\n", "\n")
		body := lines[1 : len(lines)-1]
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
		return strings.Join(lines, "")
	}
	sorted := func(s string) []string {
		lines := strings.Split(s, "\n")
		slices.Sort(lines)
		return lines
	}
	a, b := read("contacts_dev5k_a.csv"), read("contacts_dev5k_b.csv")
	f := Files{ID: "rec_id", Options: Options{OneToOne: true, Workers: 2}}
	first, _, _ := linkLists(t, a, b, f)
	second, _, _ := linkLists(t, shuffled(a, 1), shuffled(b, 2), f)
	if x, y := sorted(first), sorted(second); !slices.Equal(x, y) {
		t.Errorf("%d and %d lines; first difference: %s", len(x), len(y), difference(x, y))
	}
	one := read("fake_1000.csv")
	f = Files{ID: "unique_id", Options: Options{Workers: 2}}
	first, _, _ = linkLists(t, one, "", f)
	second, _, _ = linkLists(t, shuffled(one, 3), "", f)
	if x, y := sorted(first), sorted(second); !slices.Equal(x, y) {
		t.Errorf("one file: %d and %d lines; first difference: %s", len(x), len(y), difference(x, y))
	}
}

// Beyond 50,000 records lists of candidates are shorter; which record searches and
// which is found must not follow from where in the list they stand.
func TestLinkOfManyIsTheSameInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	lines := make([]string, 0, 52_000)
	for person := 0; len(lines) < cap(lines); person++ {
		first, last := "F"+strconv.Itoa(random.IntN(60))+"a", "Ber"+strconv.Itoa(random.IntN(900))+"n"
		birth := strconv.Itoa(1800+random.IntN(99)) + "-0" + strconv.Itoa(1+random.IntN(9)) + "-1" + strconv.Itoa(random.IntN(9))
		for copy := range 8 {
			line := []string{strconv.Itoa(person) + "-" + strconv.Itoa(copy), first, last, birth}
			if random.IntN(3) == 0 {
				line[1+random.IntN(3)] = ""
			}
			lines = append(lines, strings.Join(line, ",")+"\n")
		}
	}
	pairs := func() []string {
		out, _, _ := linkLists(t, "id,first_name,last_name,birth_date\n"+strings.Join(lines, ""), "", Files{Options: Options{Workers: 2}})
		list := strings.Split(out, "\n")
		slices.Sort(list)
		return list
	}
	first := pairs()
	random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	if second := pairs(); !slices.Equal(first, second) {
		t.Errorf("%d and %d lines; first difference: %s", len(first), len(second), difference(first, second))
	}
}

// A second list without a record leaves nothing to link: the first is not searched
// for duplicates in its place.
func TestLinkWithAnEmptyListFindsNothing(t *testing.T) {
	head := "id,first_name,last_name,email\n"
	full := head + "1,Anna,Ek,anna@ek.se\n2,Anna,Ek,anna@ek.se\n"
	for _, c := range [][2]string{{full, head}, {head, full}, {head, head}} {
		out, _, s := linkLists(t, c[0], c[1], Files{Options: Options{OneToOne: true}})
		if out != "left,right,verdict,score,why\n" || s.Certain+s.Possible != 0 {
			t.Errorf("%q and %q:\n%s", c[0], c[1], out)
		}
	}
}

func difference(x, y []string) string {
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return "one is longer"
}

func TestLinkGivesUpWhenCancelled(t *testing.T) {
	stop := errors.New("interrupted")
	in := "id,first_name,last_name\n1,Anna,Ek\n2,Anna,Ek\n"
	_, err := Link(Files{Left: strings.NewReader(in), Out: &bytes.Buffer{}, Options: Options{Cancelled: func() error { return stop }}})
	if !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}

// The dial is a limit: so many pairs for each record are asked about at most, the
// likeliest of them, beside those that a plain rule would link and a guard holds back.
// What is likelier than not and not asked about is still listed.
func TestReviewedLimitsReviews(t *testing.T) {
	lists := map[string]func(Options) *Batch{
		"two lists": func(o Options) *Batch {
			o.OneToOne = true
			b, _, _ := contacts(t, o)
			return b
		},
		"one list": func(o Options) *Batch {
			b := NewBatch(Person, "", o)
			for _, m := range readCSV(t, "fake_1000.csv") {
				b.Add(0, fakeOf(m))
			}
			return b
		},
	}
	for name, list := range lists {
		likely := -1 // pairs likelier than not, however many are asked about
		for _, share := range []float64{0.005, 0.03, 0.5} {
			b := list(Options{Workers: 2, Reviewed: share})
			pairs, err := b.Run()
			if err != nil {
				t.Fatal(err)
			}
			most := max(fewQuestions, int(share*float64(b.sides[0]+b.sides[1])))
			asked, byRule, listed := 0, 0, 0
			worst, best := math.Inf(1), math.Inf(-1)
			for _, p := range pairs {
				switch {
				case p.Verdict == Possible && p.Rule.Plain():
					byRule++
				case p.Verdict == Possible:
					asked++
					worst = min(worst, p.Score)
				case p.Verdict == None:
					if best = max(best, p.Score); p.Guards&GuardReviewed == 0 || p.Score < 0 {
						t.Errorf("%s: a pair without a verdict: %+v", name, p)
					}
				}
				if p.Score >= 0 {
					listed++
				}
			}
			t.Logf("%s, %.1f %%: %d asked of %d, %d by rule, the least likely scores %.2f; the likeliest not asked about %.2f", name, 100*share, asked, most, byRule, worst, best)
			if asked > max(0, most-byRule) || best >= worst {
				t.Errorf("%s, %.1f %%: %d asked and %d by rule, want %d; the least likely scores %.2f, one not asked about %.2f", name, 100*share, asked, byRule, most, worst, best)
			}
			if likely >= 0 && likely != listed {
				t.Errorf("%s, %.1f %%: %d pairs likelier than not, with another share %d", name, 100*share, listed, likely)
			}
			likely = listed
		}
	}
}

// Fewer accepted wrong links make fewer certain ones, by every rule, and none that were
// not certain before. What is no longer certain by a plain rule is asked about.
func TestQualityWrongMovesEveryRule(t *testing.T) {
	type pair struct{ left, right int }
	decided := func(wrong float64) map[pair]Pair {
		b, truth, _ := contacts(t, Options{Workers: 2, OneToOne: true, Wrong: wrong})
		scored, certain, possible, pairs := measure(t, b, truth)
		if wrong > 0 {
			report(t, fmt.Sprintf("contacts_dev5k, wrong %v", wrong), scored, certain, possible)
		}
		all := map[pair]Pair{}
		for _, p := range pairs {
			all[pair{p.Left, p.Right}] = p
		}
		return all
	}
	before := decided(0)
	for _, wrong := range []float64{1, 0.1, 0.01} {
		now, fewer := decided(wrong), map[Rule]int{}
		for at, p := range before {
			if q := now[at]; p.Verdict == Certain && q.Verdict != Certain {
				fewer[p.Rule]++
				if p.Rule.Plain() && (q.Verdict != Possible || q.Guards&GuardWrong == 0 && q.Guards&GuardRunnerUp == 0) {
					t.Errorf("wrong %v: %+v became %+v", wrong, p, q)
				}
			}
		}
		for at, q := range now {
			if p := before[at]; q.Verdict == Certain && p.Verdict != Certain && q.Rule == p.Rule {
				t.Errorf("wrong %v: %+v became certain: %+v", wrong, p, q)
			}
		}
		t.Logf("wrong %v: fewer by %v", wrong, fewer)
		if fewer[RuleMail] == 0 || fewer[RuleMobile] == 0 || fewer[RuleScore] == 0 {
			t.Errorf("wrong %v: fewer certain links by rule: %v", wrong, fewer)
		}
		before = now
	}
}

// A company's number needs the rest to speak for it, too, where hardly a link may be
// wrong.
func TestWrongMovesTheRuleOfNumbers(t *testing.T) {
	for wrong, want := range map[float64]Verdict{0: Certain, 0.01: Possible} {
		b := NewBatch(Company, "DE", Options{Wrong: wrong, OneToOne: true})
		for i := range 2000 {
			b.Add(0, &Record{ID: strconv.Itoa(i), Name: "Firma " + strconv.Itoa(i)})
		}
		b.Add(0, &Record{ID: "a", Name: "Acme GmbH", City: "Kiel", Idents: []string{"vat:DE123456789"}})
		b.Add(1, &Record{ID: "b", Name: "Acma GmbH", City: "Bonn", Idents: []string{"vat:DE123456789"}})
		pairs, err := b.Run()
		if err != nil || len(pairs) != 1 || pairs[0].Verdict != want {
			t.Errorf("wrong %v: %+v, %v, want %s", wrong, pairs, err, want)
		}
	}
}

func FuzzLink(f *testing.F) {
	f.Add("id,first_name,last_name,email\n1,Anna,Ek,a@b.de\n2,Anna,Ek,\n")
	f.Add("\ufeffid;Vorname;Nachname\n1;\"A;B\";C\n2;;\n")
	f.Add("a\tname\tcity\n1\t\tx\n1\ty\n")
	f.Add("id,name,email\n\"")
	f.Fuzz(func(t *testing.T, in string) {
		var out, groups bytes.Buffer
		if _, err := Link(Files{Left: strings.NewReader(in), Out: &out, Groups: &groups, Options: Options{Workers: 2}}); err != nil {
			return
		}
		if _, err := csv.NewReader(&out).ReadAll(); err != nil {
			t.Errorf("the pairs are no CSV: %v", err)
		}
	})
}

// A list that holds one record many thousand times says so, in time and memory that
// grow with the list and not with its square.
func TestLinkOfManyCopies(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 1))
	lines := make([]string, 0, 20_000)
	for i := range cap(lines) {
		lines = append(lines, "c"+strconv.Itoa(100_000+i)+",Anna,Ek,anna@ek.se,Lund\n")
	}
	lines = append(lines, "other,Olof,Palm,olof@palm.se,Oslo\n")
	for _, opts := range []Options{{Workers: 2}, {Workers: 2, Strict: true}} {
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		out, groups, s := linkLists(t, "id,first_name,last_name,email,city\n"+strings.Join(lines, ""), "", Files{Options: opts})
		if s.Certain != 19_999 || s.Groups != 1 || strings.Count(groups, "\n") != 20_001 || strings.Contains(groups, "other") {
			t.Errorf("%+v: %+v, %d lines of groups", opts, s, strings.Count(groups, "\n"))
		}
		for line := range strings.Lines(out) {
			if c := strings.SplitN(line, ",", 3); c[0] != "left" && c[0] != "c100000" && c[1] != "c100000" {
				t.Fatalf("%s is no pair with the record of the least id", line)
			}
		}
	}
}

// What is written of a pair adds up to the score that is written, exactly.
func TestLinkWhyAddsUp(t *testing.T) {
	number := regexp.MustCompile(`[+-][0-9.]+`)
	for _, list := range []string{"contacts_dev5k_a.csv", "febrl1.csv", "fake_1000.csv"} {
		text, err := os.ReadFile("testdata/" + list)
		if err != nil {
			t.Fatal(err)
		}
		out, _, _ := linkLists(t, string(text), "", Files{Options: Options{Workers: 2}})
		lines, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || len(lines) < 50 {
			t.Fatalf("%s: %d lines, %v", list, len(lines), err)
		}
		for _, line := range lines[1:] {
			sum := 0 // hundredths
			for part := range strings.SplitSeq(line[4], " | ") {
				worth, _, _ := strings.Cut(part, " ")
				for _, bits := range number.FindAllString(worth, -1) {
					v, err := strconv.ParseFloat(bits, 64)
					if err != nil {
						t.Fatal(err)
					}
					sum += int(math.Round(100 * v))
				}
			}
			if line[3] != strconv.FormatFloat(float64(sum)/100, 'f', -1, 64) {
				t.Fatalf("%s: %q adds up to %d hundredths, the score is %s", list, line[4], sum, line[3])
			}
		}
	}
}
