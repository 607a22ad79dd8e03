package engine

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"kith/internal/contact"
)

// labelled are the contacts of package match whose truth is known: side a as
// one system has them, side b as another.
func labelled(t testing.TB, side string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open("../match/testdata/contacts_dev5k_" + side + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[strings.TrimSpace(name)] = strings.TrimSpace(line[i])
		}
		rows = append(rows, row)
	}
	return rows
}

var (
	addressSlots  = map[string]string{"address.work.street": "street", "address.work.postcode": "postcode", "address.work.city": "city", "address.work.country": "country"}
	labelledSlots = map[string]string{"name.given": "first_name", "name.family": "last_name", "email.work": "email", "phone.mobile": "mobile", "phone.work": "phone"}
)

// labelledWorld is two systems of 5,000 persons each with their companies;
// entity tells who each person is.
func labelledWorld(t *testing.T) (w *world, entity map[string]map[string]string) {
	policies := likePolicies()
	for i := range policies {
		person, company := &policies[i], both(policies[i].Place, contact.Company, []string{"crm"}, "name")
		company.Match = []string{contact.MatchStandard}
		person.Map = []contact.MapEntry{{Slot: "company", Field: "company"}}
		for slot := range labelledSlots {
			person.Map = append(person.Map, contact.MapEntry{Slot: slot, Field: slot})
		}
		for slot := range addressSlots {
			entry := contact.MapEntry{Slot: slot, Field: slot}
			person.Map, company.Map = append(person.Map, entry), append(company.Map, entry)
		}
		policies = append(policies, company)
	}
	w = newWorld(t, policies...)
	entity = map[string]map[string]string{"crm": {}, "erp": {}}
	for place, side := range map[string]string{"crm": "a", "erp": "b"} {
		companies := map[string]string{}
		for _, row := range labelled(t, side) {
			var address, fields []string
			for slot, column := range addressSlots {
				address = append(address, slot, row[column])
			}
			for slot, column := range labelledSlots {
				fields = append(fields, slot, row[column])
			}
			if name := row["company"]; name != "" {
				if companies[name] == "" {
					companies[name] = w.add(place, contact.Company, append([]string{"name", name}, address...)...)
				}
				fields = append(fields, "company", companies[name])
			}
			entity[place][w.add(place, contact.Person, append(fields, address...)...)] = row["ent_id"]
		}
	}
	return w, entity
}

// TestQualityOfFirstLink: 3,500 of the persons are in both systems. What is tied
// at the first run is right, nearly all of the rest is asked about, and that is
// no larger share of the records than the default of the dial allows.
func TestQualityOfFirstLink(t *testing.T) {
	w, entity := labelledWorld(t)
	w.sync()
	crm, inCRM := map[string]string{}, map[string]bool{}
	for remote, e := range entity["crm"] {
		crm[w.partyOf("crm", remote)] = e
		inCRM[e] = true
	}
	asked, rightly := map[string]bool{}, 0
	for _, r := range w.openReviews() {
		if r.Kind == contact.Person {
			asked[r.Remote] = true
			if e := entity["erp"][r.Remote]; crm[r.Party] == e || crm[r.Other] == e {
				rightly++
			}
		}
	}
	truth, tied, right := 0, 0, 0
	for remote, e := range entity["erp"] {
		if inCRM[e] {
			truth++
		}
		if other := crm[w.partyOf("erp", remote)]; other != "" {
			tied++
			if other == e {
				right++
			}
		}
	}
	precision, recall := float64(right)/float64(tied), float64(right)/float64(truth)
	share, found := float64(len(asked))/10_000, float64(right+rightly)/float64(truth)
	t.Logf("tied: P %.5f R %.5f (%d wrong); asked about: %.2f %% of the records of both; tied or asked about: R %.5f", precision, recall, tied-right, 100*share, found)
	if precision < 0.999 || recall < 0.915 {
		t.Error("what is tied of itself: want P 0.999 and R 0.915")
	}
	if share > 0.03 {
		t.Error("more than 3 % of the records are asked about")
	}
	if found < 0.98 {
		t.Error("too many would be made twice: want R 0.98")
	}
}
