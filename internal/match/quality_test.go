package match

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"
)

func readCSV(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.TrimLeadingSpace = true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[strings.TrimSpace(h)] = strings.TrimSpace(line[i])
		}
		out = append(out, m)
	}
	return out
}

func contactOf(m map[string]string) *Record {
	return &Record{ID: m["rec_id"], First: m["first_name"], Last: m["last_name"], Mails: []string{m["email"]}, Phones: []string{m["mobile"], m["phone"]},
		Company: m["company"], Street: m["street"], Postcode: m["postcode"], City: m["city"], Country: m["country"]}
}
func febrlOf(m map[string]string) *Record {
	return &Record{ID: m["rec_id"], First: m["given_name"], Last: m["surname"], Street: m["street_number"] + " " + m["address_1"], Postcode: m["postcode"], City: m["suburb"], Region: m["state"], Birth: m["date_of_birth"], Country: "AU"}
}
func fakeOf(m map[string]string) *Record {
	return &Record{ID: m["unique_id"], First: m["first_name"], Last: m["surname"], Mails: []string{m["email"]}, City: m["city"], Birth: m["dob"]}
}

func TestProto(t *testing.T) {
	for _, set := range []string{"fake_1000", "febrl1", "febrl2", "febrl2-nodob", "contacts"} {
		var truth []string
		b := NewBatch(Person, "", Options{Workers: 2})
		switch set {
		case "fake_1000":
			for _, m := range readCSV(t, "fake_1000.csv") {
				b.Add(0, fakeOf(m))
				truth = append(truth, m["cluster"])
			}
		case "contacts":
			for i, n := range []string{"contacts_dev5k_a.csv", "contacts_dev5k_b.csv"} {
				for _, m := range readCSV(t, n) {
					b.Add(i, contactOf(m))
					truth = append(truth, m["ent_id"])
				}
			}
		default:
			name, nodob, _ := strings.Cut(set, "-")
			for _, m := range readCSV(t, name+".csv") {
				r := febrlOf(m)
				if nodob != "" {
					r.Birth = ""
				}
				b.Add(0, r)
				truth = append(truth, strings.Split(m["rec_id"], "-")[1])
			}
		}
		b.blocks()
		b.train(context.Background())
		n := map[string]int{}
		var all int
		for i, x := range truth {
			if b.one || i < b.sides[0] {
				all += n[x] * bti(b.one)
				n[x]++
			} else {
				all += n[x]
			}
		}
		pairs, _ := b.score(context.Background(), -20)
		tp, fp, inblock := 0, 0, 0
		var miss []string
		for _, p := range pairs {
			same := truth[p.a] == truth[p.b]
			if same {
				inblock++
			}
			if p.score >= 0 {
				if same {
					tp++
				} else {
					fp++
				}
			}
			if same != (p.score >= 0) && len(miss) < 4000 {
				miss = append(miss, fmt.Sprintf("%v %.1f %s | %s || %s", same, p.score, show(p.pattern), b.show(p.a), b.show(p.b)))
			}
		}
		if os.Getenv("SHOW") == set {
			have := map[[2]uint32]bool{}
			for _, p := range pairs {
				have[[2]uint32{p.a, p.b}] = true
			}
			c := &comparer{view: view{table: b.table}}
			for i := range truth {
				for j := range truth[:i] {
					if truth[i] == truth[j] && b.one && !have[[2]uint32{uint32(i), uint32(j)}] {
						e := c.compare(&b.table.rows[i], &b.table.rows[j])
						s := b.model.plain(e.pattern)
						fmt.Printf("lost %.1f %s | %s || %s\n", s, show(e.pattern), b.show(uint32(i)), b.show(uint32(j)))
					}
				}
			}
		}
		if b.one {
			var c, cOK, f, fOK, q, qOK int
			for _, d := range b.resolveOne(pairs) {
				ok := truth[d.Left] == truth[d.Right]
				if d.Verdict == Certain {
					c++
					cOK += bti(ok)
				}
				if d.Verdict != None {
					q++
					qOK += bti(ok)
				}
				if d.Score >= 0 {
					f++
					fOK += bti(ok)
				}
			}
			P, R := float64(fOK)/float64(f), float64(fOK)/float64(all)
			t.Logf("  resolved F1 %.5f (P %.5f R %.5f) certain P %.5f R %.5f, +possible P %.5f R %.5f", 2*P*R/(P+R), P, R, float64(cOK)/float64(c), float64(cOK)/float64(all), float64(qOK)/float64(q), float64(qOK)/float64(all))
		}
		P, R := float64(tp)/float64(tp+fp), float64(tp)/float64(all)
		t.Logf("%s: truth %d, found %d, P %.5f R %.5f F1 %.5f prior %.2f", set, all, inblock, P, R, 2*P*R/(P+R), b.model.Prior)
		if os.Getenv("SHOW") == set {
			for f := field(0); f < numFields; f++ {
				s := ""
				for l := 1; l <= levels[f]; l++ {
					s += fmt.Sprintf(" %d: %.4f/%.6f=%.1f", l, b.model.M[f][l], b.model.U[f][l], b.model.bits[f][l])
				}
				t.Log(f, s)
			}
			for _, m := range miss {
				fmt.Println(m)
			}
		}
	}
}
func TestContactsProto(t *testing.T) {
	var truth, fam []string
	b := NewBatch(Person, "", Options{Workers: 2, OneToOne: true})
	for i, n := range []string{"contacts_dev5k_a.csv", "contacts_dev5k_b.csv"} {
		for _, m := range readCSV(t, n) {
			b.Add(i, contactOf(m))
			truth = append(truth, m["ent_id"])
			fam = append(fam, m["family_id"])
		}
	}
	b.blocks()
	b.train(context.Background())
	pairs, _ := b.score(context.Background(), -8)
	have := map[string]bool{}
	for _, x := range truth[:5000] {
		have[x] = true
	}
	all := 0
	for _, x := range truth[5000:] {
		if have[x] {
			all++
		}
	}
	ds := b.resolve(pairs)
	got := map[[2]int]bool{}
	var c, cOK, q, qOK, f, fOK int
	for _, d := range ds {
		ok := truth[d.Left] == truth[5000+d.Right]
		got[[2]int{d.Left, 5000 + d.Right}] = true
		if d.Verdict == Certain {
			c++
			if ok {
				cOK++
			}
		}
		if d.Verdict != None {
			q++
			if ok {
				qOK++
			}
		}
		if d.Score >= 0 {
			f++
			if ok {
				fOK++
			}
		}
		fmt.Printf("%v %s r%d g%b %.1f ah %.1f %s | %s || %s\n", ok, d.Verdict, d.Rule, d.Guards, d.Score, d.ahead, show(d.pattern), b.show(uint32(d.Left)), b.show(uint32(5000+d.Right)))
	}
	t.Logf("certain P %.5f R %.5f  (%d wrong); certain+possible P %.5f R %.5f; score>=0 P %.5f R %.5f", float64(cOK)/float64(c), float64(cOK)/float64(all), c-cOK, float64(qOK)/float64(q), float64(qOK)/float64(all), float64(fOK)/float64(f), float64(fOK)/float64(all))
	cc := &comparer{view: view{table: b.table}}
	for i := range 5000 {
		for j := 5000; j < 10000; j++ {
			if truth[i] == truth[j] && !got[[2]int{i, j}] {
				e := cc.compare(&b.table.rows[i], &b.table.rows[j])
				r := b.model.rarities(&cc.view, &b.table.rows[i], &b.table.rows[j], &e)
				fmt.Printf("LOST %.1f %s | %s || %s\n", b.model.plain(e.pattern)+r.sum(), show(e.pattern), b.show(uint32(i)), b.show(uint32(j)))
			}
		}
	}
}
func bti(b bool) int {
	if b {
		return 1
	}
	return 0
}
func show(p pattern) string {
	s := ""
	for f := field(0); f < numFields; f++ {
		s += fmt.Sprint(p.level(f))
		if f == 2 || f == 5 || f == 6 {
			s += "."
		}
	}
	return s
}
func (b *Batch) show(i uint32) string {
	r := &b.table.rows[i]
	t := b.table
	s := t.names.text(r.first) + " " + t.names.text(r.last)
	for _, m := range r.mails {
		if m != 0 {
			s += " " + t.locals.text(t.mail[m].local) + "@" + t.domains.text(t.mail[m].domain)
		}
	}
	for _, p := range r.phones {
		if p != 0 {
			s += fmt.Sprint(" ", t.phones.value[p])
		}
	}
	return s + " / " + t.companies.text(r.company) + " / " + t.streets.text(r.street) + " " + t.codes.text(r.house) + " " + t.codes.text(r.postcode) + " " + t.cities.text(r.city) + fmt.Sprint(" ", r.birth)
}
