package match

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"
)

func loaded(t testing.TB, lines []map[string]string) *Index {
	x := NewIndex(Person, "", Options{Workers: 2}, nil)
	i := 0
	x.Load(func(r *Record) bool {
		if i == len(lines) {
			return false
		}
		*r = *contactOf(lines[i])
		i++
		return true
	})
	return x
}

// The labelled contacts, one side in the index and the other asking.
func TestIndexFindsContacts(t *testing.T) {
	x := loaded(t, readCSV(t, "contacts_dev5k_b.csv"))
	if _, err := x.Train(); err != nil {
		t.Fatal(err)
	}
	entity := map[string]string{}
	inB := map[string]bool{}
	for _, m := range readCSV(t, "contacts_dev5k_b.csv") {
		entity[m["rec_id"]] = m["ent_id"]
		inB[m["ent_id"]] = true
	}
	var certain, top quality
	for _, m := range readCSV(t, "contacts_dev5k_a.csv") {
		hits := x.Lookup(Query{Record: contactOf(m)})
		if inB[m["ent_id"]] {
			certain.truth++
			top.truth++
		}
		for i, h := range hits {
			right := entity[h.ID] == m["ent_id"]
			if h.Verdict == Certain {
				certain.add(right)
				if !right {
					t.Logf("wrong: %s %s, ahead %.1f: %s", m["rec_id"], h.ID, h.Explain().Ahead, h.Explain())
				}
			}
			if i == 0 {
				top.add(right)
			}
			if e := h.Explain(); e.Score != h.Score {
				t.Fatalf("%s: explanation adds up to %v, score %v: %s", h.ID, e.Score, h.Score, e)
			}
		}
	}
	t.Logf("look-up: certain P %.5f R %.5f; first hit P %.5f R %.5f", certain.precision(), certain.recall(), top.precision(), top.recall())
	published(t, "contacts_dev5k from an index", strconv.Itoa(certain.truth), fmt.Sprintf("the first hit is right for %.4f", top.recall()), certain.both(), "")
	if certain.precision() < 0.999 || certain.recall() < 0.9 || top.recall() < 0.97 {
		t.Error("the index finds less than the batch does")
	}
}

// An index that got its records one by one, through changes, removals and a rebuild,
// answers as one that was loaded with the outcome.
func TestIndexIncremental(t *testing.T) {
	lines := readCSV(t, "contacts_dev5k_b.csv")[:3000]
	whole := loaded(t, lines[:2500])
	grown := loaded(t, lines[:1000])
	for _, m := range lines[500:] {
		r := contactOf(m)
		r.Last, r.Mails, r.Phones = "Placeholder", nil, nil
		grown.Put(r)
	}
	for _, m := range lines[500:2500] {
		grown.Put(contactOf(m))
	}
	for _, m := range lines[2500:] {
		if !grown.Remove(m["rec_id"]) || grown.Remove(m["rec_id"]) {
			t.Fatalf("remove %s", m["rec_id"])
		}
	}
	if grown.Len() != whole.Len() {
		t.Fatalf("%d records, want %d", grown.Len(), whole.Len())
	}
	grown.mu.Lock()
	grown.base, grown.fresh = grown.build(), newDelta()
	grown.model = grown.model.measured(grown.table, grown.count)
	grown.mu.Unlock()
	for _, m := range readCSV(t, "contacts_dev5k_a.csv")[:1500] {
		q := Query{Record: contactOf(m)}
		a, b := fmt.Sprint(answers(whole, q)), fmt.Sprint(answers(grown, q))
		if a != b {
			t.Fatalf("%v:\n%s\n%s", m, a, b)
		}
	}
}

func answers(x *Index, q Query) (out []string) {
	for _, h := range x.Lookup(q) {
		out = append(out, h.ID, h.Verdict.String(), h.Explain().String())
	}
	return out
}

// Updates are seen at once, while a build runs beside them.
func TestIndexRebuildsBesideUpdates(t *testing.T) {
	lines := readCSV(t, "contacts_dev5k_b.csv")
	x := loaded(t, lines[:2000])
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for i := range 3500 {
				m := lines[(w*1700+i)%len(lines)]
				x.Put(contactOf(m))
				hits := x.Lookup(Query{Record: contactOf(m), Limit: 50})
				if m["last_name"] == "" || m["email"] == "" {
					continue
				}
				found := false
				for _, h := range hits {
					found = found || h.ID == m["rec_id"]
				}
				if !found {
					t.Errorf("%s was put and is not found", m["rec_id"])
					return
				}
			}
		})
	}
	wg.Wait()
	x.Wait()
	if len(x.base.entries) < 4000*8 {
		t.Errorf("no build has taken place: %d postings", len(x.base.entries))
	}
}

// What is learnt follows from the records: not from their order, nor from how they
// came into the index, nor from what was learnt before.
func TestIndexLearnsTheSame(t *testing.T) {
	lines := readCSV(t, "contacts_dev5k_b.csv")[:3000]
	learn := func(x *Index) string {
		m, err := x.Train()
		if err != nil {
			t.Fatal(err)
		}
		return m.Version
	}
	first := loaded(t, lines)
	want := learn(first)
	if again := learn(first); again != want {
		t.Errorf("learnt again: %s, not %s", again, want)
	}
	backwards := slices.Clone(lines)
	slices.Reverse(backwards)
	if got := learn(loaded(t, backwards)); got != want {
		t.Errorf("backwards: %s, not %s", got, want)
	}
	one := NewIndex(Person, "", Options{Workers: 2}, Default())
	for i, m := range lines {
		one.Put(contactOf(m))
		if i == 2500 {
			learn(one)
		}
	}
	if got := learn(one); got != want {
		t.Errorf("one by one: %s, not %s", got, want)
	}
}

// Learning goes on beside updates and questions.
func TestIndexLearnsBesideUpdates(t *testing.T) {
	lines := readCSV(t, "contacts_dev5k_b.csv")
	x := loaded(t, lines[:2500])
	before := x.Model().Version
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 2 {
			if _, err := x.Train(); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Go(func() {
		for _, m := range lines[2500:] {
			x.Put(contactOf(m))
			x.Remove(lines[0]["rec_id"])
			x.Lookup(Query{Record: contactOf(m)})
		}
	})
	wg.Wait()
	if x.Model().Version == before || x.Len() != len(lines)-1 {
		t.Errorf("model %s, %d records", x.Model().Version, x.Len())
	}
}

func TestIndexExcept(t *testing.T) {
	x := NewIndex(Person, "DE", Options{}, nil)
	x.Put(&Record{ID: "1", First: "Anna", Last: "Ek", Mails: []string{"anna.ek@acme.de"}})
	q := Query{Record: &Record{First: "Anna", Last: "Ek", Mails: []string{"Anna.Ek@ACME.de"}}}
	if hits := x.Lookup(q); len(hits) != 1 || hits[0].Verdict != Certain || hits[0].Rule != RuleMail {
		t.Fatalf("hits %+v", hits)
	}
	q.Except = func(id string) bool { return id == "1" }
	if hits := x.Lookup(q); len(hits) != 0 {
		t.Fatalf("hits %+v", hits)
	}
}

func TestCompanies(t *testing.T) {
	x := NewIndex(Company, "DE", Options{}, nil)
	x.Put(&Record{ID: "1", Name: "Müller & Söhne GmbH", Street: "Hauptstr. 5", Postcode: "12345", City: "Köln", Mails: []string{"info@mueller-soehne.de"}, Phones: []string{"0221 123456"}, Idents: []string{"vat:DE 123456789"}})
	x.Put(&Record{ID: "2", Name: "Becker Bau AG", Street: "Ring 1", Postcode: "54321", City: "Trier"})
	for _, c := range []struct {
		name string
		ask  Record
		want Verdict
	}{
		{"number", Record{Name: "Mueller und Söhne", Idents: []string{"VAT:de123456789"}}, Certain},
		{"name and address", Record{Name: "Mueller Söhne GmbH & Co. KG", Street: "Hauptstraße 5", Postcode: "D-12345", City: "Köln", Phones: []string{"+49 221 123456"}}, Certain},
		{"another number", Record{Name: "Müller & Söhne GmbH", Street: "Hauptstr. 5", Postcode: "12345", City: "Köln", Idents: []string{"vat:DE999999999"}}, Possible},
		{"its sister", Record{Name: "Müller & Söhne AG", Street: "Hauptstr. 5", Postcode: "12345", City: "Köln", Phones: []string{"+49 221 123456"}}, Possible},
		{"its number tells more", Record{Name: "Müller & Söhne AG", Street: "Hauptstr. 5", Postcode: "12345", Idents: []string{"vat:DE123456789"}}, Certain},
		{"another company", Record{Name: "Schmidt Bau AG", Street: "Allee 3", Postcode: "99999", City: "Ulm"}, None},
	} {
		hits := x.Lookup(Query{Record: &c.ask})
		got := None
		if len(hits) > 0 {
			got = hits[0].Verdict
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v (%v)", c.name, got, c.want, answers(x, Query{Record: &c.ask}))
		}
	}
}

func TestGuards(t *testing.T) {
	one := func(a, b Record) (Verdict, []string) {
		x := NewIndex(Person, "DE", Options{}, nil)
		a.ID = "1"
		x.Put(&a)
		for i := range 12 { // two first names that many bear
			for _, first := range []string{"Leon", "Lena"} {
				x.Put(&Record{ID: fmt.Sprint(first, i), First: first, Last: fmt.Sprint("Namesake", i)})
			}
		}
		for _, h := range x.Lookup(Query{Record: &b}) {
			if h.ID == "1" {
				return h.Verdict, h.Explain().Guards
			}
		}
		return None, nil
	}
	mobile := []string{"0171 2345678"}
	for _, c := range []struct {
		name  string
		a, b  Record
		want  Verdict
		guard string
	}{
		{"nickname", Record{First: "Johannes", Last: "Ek", Phones: mobile}, Record{First: "Hans", Last: "Ek", Phones: mobile}, Certain, ""},
		{"initial", Record{First: "Johannes", Last: "Ek", Phones: mobile}, Record{First: "J.", Last: "Ek", Phones: mobile}, Certain, ""},
		{"umlaut", Record{First: "Anna", Last: "Müller", Phones: mobile}, Record{First: "Anna", Last: "Muller", Phones: mobile}, Certain, ""},
		{"two established names", Record{First: "Leon", Last: "Ek", Phones: mobile}, Record{First: "Lena", Last: "Ek", Phones: mobile}, Possible, "first-names"},
		{"name in a name", Record{First: "Hans", Last: "Berg", Phones: mobile}, Record{First: "Hans-Peter", Last: "Berg", Phones: mobile}, Possible, "name-part"},
		{"junior", Record{First: "Hans", Last: "Berg Jr.", Phones: mobile}, Record{First: "Hans", Last: "Berg sen.", Phones: mobile}, Possible, "suffix"},
		{"birth date", Record{First: "Hans", Last: "Berg", Phones: mobile, Birth: "1950-03-04"}, Record{First: "Hans", Last: "Berg", Phones: mobile, Birth: "1981-11-25"}, Possible, "birth"},
		{"relative by mail", Record{First: "Hans", Last: "Berg", Mails: []string{"berg@gmx.de"}}, Record{First: "Ute", Last: "Berg", Mails: []string{"berg@gmx.de"}}, Possible, "first-names"},
		{"marriage", Record{First: "Ute", Last: "Berg", Mails: []string{"ute@gmx.de"}}, Record{First: "Ute", Last: "Thal", Mails: []string{"ute@gmx.de"}}, Certain, ""},
	} {
		got, guards := one(c.a, c.b)
		has := c.guard == ""
		for _, g := range guards {
			has = has || g == c.guard
		}
		if got != c.want || !has {
			t.Errorf("%s: %v %v, want %v with guard %q", c.name, got, guards, c.want, c.guard)
		}
	}
}

func FuzzLookup(f *testing.F) {
	f.Add("Anna", "Ek", "anna@acme.de", "0171 2345678", "Acme GmbH")
	f.Add("", "\xff", "@", "+", "GmbH & Co.")
	f.Add("J. R.", "van der", "a@b@c", "00", "日本")
	f.Fuzz(func(t *testing.T, first, last, mail, phone, company string) {
		x := NewIndex(Person, "DE", Options{}, nil)
		r := Record{ID: "1", First: first, Last: last, Mails: []string{mail}, Phones: []string{phone}, Company: company, Birth: phone, Street: company}
		x.Put(&r)
		x.Put(&Record{ID: "2", Name: first + " " + last, Company: company, Postcode: phone, City: last})
		for _, h := range x.Lookup(Query{Record: &r}) {
			if e := h.Explain(); e.Score != h.Score || math.IsNaN(h.Score) {
				t.Errorf("explanation %v, score %v", e, h.Score)
			}
		}
		x.Remove("1")
		x.Remove("2")
		if x.Len() != 0 || len(x.Lookup(Query{Record: &r})) != 0 {
			t.Error("removed records are found")
		}
	})
}

// With the weights is learnt from which score on a record is asked about: the fewer may
// be, the higher, and the share of records that reach it stays within twice the dial.
// It is kept with the model, and is the same in any order of records.
func TestIndexLearnsWhomToAskAbout(t *testing.T) {
	lines := readCSV(t, "contacts_dev5k_a.csv")[:2500]
	learn := func() (*Index, *Model) {
		x := loaded(t, lines)
		m, err := x.Train()
		if err != nil {
			t.Fatal(err)
		}
		return x, m
	}
	x, m := learn()
	slices.Reverse(lines)
	if _, again := learn(); again.Version != m.Version || !slices.Equal(again.Alike, m.Alike) {
		t.Errorf("learnt %s %v, in another order %s %v", m.Version, m.Alike, again.Version, again.Alike)
	}
	kept, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var read Model
	if err := json.Unmarshal(kept, &read); err != nil || read.asksFrom(0.01) != m.asksFrom(0.01) {
		t.Errorf("kept %v, %v", read.Alike, err)
	}
	if few, some, many := m.asksFrom(0.002), m.asksFrom(0.01), m.asksFrom(0.1); few <= some || some <= many {
		t.Errorf("asks from %.1f, %.1f and %.1f bits", few, some, many)
	}
	for _, dial := range []float64{0.002, 0.01, 0.03} {
		asked := 0
		for _, line := range lines {
			hits := x.Lookup(Query{Record: contactOf(line), Reviewed: dial, Except: func(id string) bool { return id == line["rec_id"] }})
			if len(hits) > 0 && hits[0].Verdict == Possible && !hits[0].Rule.Plain() {
				asked++
			}
		}
		t.Logf("%.1f %%: from %.0f bits on %d of %d are asked about", 100*dial, m.asksFrom(dial), asked, len(lines))
		if most := int(2 * dial * float64(len(lines))); asked > most {
			t.Errorf("%.1f %%: %d of %d strangers are asked about, want %d at most", 100*dial, asked, len(lines), most)
		}
	}
}
