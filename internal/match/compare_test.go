package match

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
)

// A decision must not depend on which record is asked about the other.
func TestComparisonIsSymmetric(t *testing.T) {
	b, _ := dedupe(t, "fake_1000.csv", fakeOf, func(map[string]string) string { return "" })
	b2, _, _ := contacts(t, Options{})
	for _, b := range []*Batch{b, b2} {
		b.model.measure(b.table)
		c := &comparer{view: view{table: b.table}}
		fresh := &comparer{view: view{table: b.table}}
		rows := b.table.rows
		for i := 0; i < len(rows); i += 3 {
			for j := i + 1; j < min(len(rows), i+400); j += 2 {
				x, y := &rows[i], &rows[j]
				e, f := c.compare(x, y), fresh.compare(y, x)
				if e != f {
					t.Fatalf("%x and %x: %+v, %+v", e.pattern, f.pattern, b.table.names.text(x.first)+" "+b.table.names.text(x.last), b.table.names.text(y.first)+" "+b.table.names.text(y.last))
				}
				if r, s := b.model.rarities(&c.view, x, y, &e), b.model.rarities(&c.view, y, x, &f); r != s {
					t.Fatalf("%+v, %+v", r, s)
				}
			}
		}
	}
}

func TestJaroWinkler(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"martha", "marhta", 0.961}, {"dwayne", "duane", 0.84}, {"dixon", "dicksonx", 0.813}, {"a", "b", 0}, {"", "a", 0}, {"same", "same", 1}} {
		if got := jaroWinkler([]byte(c.a), []byte(c.b)); math.Abs(got-c.want) > 0.001 {
			t.Errorf("%s %s: %.3f, want %.3f", c.a, c.b, got, c.want)
		}
		if !couldReach(c.want-0.001, letters([]byte(c.a)), letters([]byte(c.b)), len(c.a), len(c.b)) && c.want > 0 {
			t.Errorf("%s %s: ruled out by their letters", c.a, c.b)
		}
	}
}

func TestSlips(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"anna", "anna", 0}, {"anna", "annna", 1}, {"anna", "nana", 1}, {"anna", "ana", 1}, {"anna", "otto", 3}, {"abcdef", "badcfe", 3}, {"abcd", "badc", 2}} {
		if got := slips([]byte(c.a), []byte(c.b), 2); got != c.want {
			t.Errorf("%s %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNumbersNearby(t *testing.T) {
	for _, c := range []struct {
		x, y           uint64
		slip, exchange bool
	}{{491712345678, 491712345679, true, false}, {491712345678, 491712345687, true, false}, {491712345678, 491712354687, false, false},
		{49221123456, 4922112345612, false, true}, {4922112345610, 4922112345699, false, true}, {49221123456, 49301123456, false, false}} {
		if got := digitSlip(c.x, c.y, 16); got != c.slip {
			t.Errorf("digitSlip(%d, %d) = %v", c.x, c.y, got)
		}
		if got := sameExchange(c.x, c.y) && !c.slip; got != c.exchange {
			t.Errorf("sameExchange(%d, %d) = %v", c.x, c.y, got)
		}
	}
}

func TestBirthLevels(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want level
	}{{"1980-03-09", "9.3.1980", birthEqual}, {"1980-03-09", "1980-09-03", birthSlip}, {"1980-03-09", "1981-03-09", birthSlip}, {"1980-03-09", "1995-03-09", birthTwo},
		{"1980-03-09", "1980-11-25", birthOne}, {"1980-03-09", "1955-11-25", birthOther}, {"", "1980-03-09", noEvidence}, {"--03-09", "1980-03-09", birthTwo}, {"19801390", "1980-13-90", birthEqual}} {
		if got := birthLevel(birthDay(c.a), birthDay(c.b)); got != c.want {
			t.Errorf("%s %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNicknames(t *testing.T) {
	n := knownNicknames()
	for _, c := range []struct {
		a, b string
		want bool
	}{{"johannes", "hans", true}, {"hans", "johannes", true}, {"robert", "bob", true}, {"karl", "kalle", true}, {"lars", "lasse", true}, {"joseph", "sepp", true}, {"elisabeth", "sissi", true},
		{"karl heinz", "kalle", true}, {"leon", "lena", false}, {"alexander", "alexandra", false}, {"guenther", "guenter", true},
		{"klaus", "nikolaus", true}, {"maximilian", "max", true}, {"elisabeth", "lisa", true}, {"katharina", "kathrin", true}, {"joachim", "achim", true}, {"erik", "eric", true},
		{"georg", "juergen", false}, {"georg", "joerg", false}, {"joerg", "juergen", false}, {"reinhard", "reinhold", false}, {"sylvain", "sylvie", false},
		{"robert", "rupert", false}, {"rudolf", "rolf", false}, {"rudolph", "rolf", false}, {"andreas", "andre", false}, {"hans", "jan", false}, {"maria", "mia", false}, {"maria", "marie", false},
		{"karin", "katarina", false}, {"per", "peter", false}, {"friedrich", "frederik", false}, {"emil", "emily", false}, {"emma", "emily", false}, {"julia", "julie", false},
		{"andrea", "andrew", false}, {"jane", "jean", false}, {"leo", "leon", false}, {"helena", "eleanor", false}} {
		if got := n.has(nameKey(c.a), nameKey(c.b)); got != c.want {
			t.Errorf("%s %s: %v", c.a, c.b, got)
		}
	}
}

func TestDictAndPostings(t *testing.T) {
	d, n := newDict(), newNumbers()
	words := readCSV(t, "contacts_dev5k_a.csv")
	for round := range 2 {
		for i, m := range words {
			if id, isNew := d.add(m["rec_id"]); int(id) != i+1 || isNew != (round == 0) || d.text(id) != m["rec_id"] {
				t.Fatalf("round %d: %s is number %d", round, m["rec_id"], id)
			}
			if id, _ := n.add(uint64(i) * 7919); int(id) != i+1 || n.find(uint64(i)*7919) != id {
				t.Fatalf("number %d is %d", i, id)
			}
		}
	}
	if d.find("nobody") != 0 || n.find(3) != 0 {
		t.Error("found what was never added")
	}
	keys := func(i int, k *keyList) {
		k.n = 0
		k.weak(keySound, uint32(i%97)+1)
		k.strong(keyFirst, uint32(i)+1)
	}
	for _, workers := range []int{1, 2} {
		p := buildPostings(5000, workers, keys)
		var k keyList
		keys(5, &k)
		if list := p.find(k.list[0]); len(list) != 52 || list[0].row != 5 || list[51].row != 5+51*97 {
			t.Errorf("%d workers: list of %d", workers, len(list))
		}
		if list := p.find(k.list[1]); len(list) != 1 || list[0].row != 5 {
			t.Errorf("%d workers: %v", workers, list)
		}
		if list := p.find(12345); len(list) != 0 {
			t.Errorf("%d workers: found a key nobody has", workers)
		}
	}
}

// A model that was kept decides as the one it was kept from.
func TestModelSurvivesJSON(t *testing.T) {
	b, _, _ := contacts(t, Options{Workers: 2, OneToOne: true})
	if _, err := b.Run(); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(b.Model())
	if err != nil {
		t.Fatal(err)
	}
	var m Model
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	if m.Version != b.Model().Version || m.bits != b.Model().bits || m.fingerprint() != b.Model().fingerprint() {
		t.Errorf("%s became %s", b.Model().Version, m.Version)
	}
	if m.Version == Default().Version {
		t.Error("a trained model has the version of the shipped one")
	}
}

// A number without the code of its country is the one that ends in it, whatever the
// country: nobody writes codes in a list of one country.
func TestNumbersWithoutCode(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want level
	}{
		{"0171 2345678", "+49 171 2345678", phoneEqual},
		{"171 2345678", "0049 171 2345678", phoneEqual},
		{"0171 2345678", "49 171 2345678", phoneEqual},
		{"0171/2345678", "0171 2345678", phoneEqual},
		{"0171 2345679", "+49 171 2345678", phoneOther},
		{"0171 2345687", "0171 2345678", phoneSlip},
		{"345678", "+49 171 2345678", phoneOther}, // too short to be a number of its own
		{"0171 2345678", "+49 30 1712345678", noEvidence},
	} {
		b := NewBatch(Person, "", Options{})
		b.Add(0, &Record{ID: "a", Phones: []string{c.a}})
		b.Add(1, &Record{ID: "b", Phones: []string{c.b}})
		for _, turn := range [][2]int{{0, 1}, {1, 0}} {
			var e evidence
			(&comparer{view: view{table: b.table}}).phones(&b.table.rows[turn[0]], &b.table.rows[turn[1]], &e)
			if got := e.level(fieldMobile); got != c.want || e.level(fieldLine) != noEvidence {
				t.Errorf("%s, %s: mobile %d, want %d; line %d", c.a, c.b, got, c.want, e.level(fieldLine))
			}
		}
	}
}

// A number that both records have does not contradict what else they have.
func TestSharedNumberIsNoOther(t *testing.T) {
	b := NewBatch(Person, "DE", Options{})
	for i := range 12 {
		b.Add(0, &Record{ID: strconv.Itoa(i), First: []string{"Anna", "Uwe", "Olaf", "Ines", "Jens", "Karl"}[i%6], Last: "Ek" + strconv.Itoa(i), Phones: []string{"030 4455660", "0171 200030" + strconv.Itoa(i%10)}})
	}
	b.Add(1, &Record{ID: "a", Phones: []string{"0211 7788990", "030 4455660"}})
	b.Add(1, &Record{ID: "b", Phones: []string{"030 4455660"}})
	for _, pair := range [][2]int{{12, 13}, {0, 13}, {0, 1}} {
		var e evidence
		(&comparer{view: view{table: b.table}}).phones(&b.table.rows[pair[0]], &b.table.rows[pair[1]], &e)
		if got := e.level(fieldLine); got != phoneShared {
			t.Errorf("rows %v: line %d, want %d", pair, got, phoneShared)
		}
	}
}
