package main

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kith/internal/vcard"
	"kith/lab"
)

// eachPair runs a test for every two of the lab's servers, each of which bends
// the rules in its own way.
func eachPair(t *testing.T, test func(t *testing.T, w *books)) {
	servers := lab.CardDAVServers
	for i, home := range servers {
		for _, work := range servers[i+1:] {
			pair(t, home, work, test)
		}
	}
}

// eachPairBack runs a test for the same pairs in the other order.
func eachPairBack(t *testing.T, test func(t *testing.T, w *books)) {
	servers := lab.CardDAVServers
	for i, work := range servers {
		for _, home := range servers[i+1:] {
			pair(t, home, work, test)
		}
	}
}

func pair(t *testing.T, home, work string, test func(t *testing.T, w *books)) {
	t.Run(home+"-"+work, func(t *testing.T) {
		t.Parallel()
		test(t, newBooks(t, home, work))
	})
}

// others are contacts beside the rich one.
func others(t *testing.T) map[string]string {
	return map[string]string{
		"Bo Ek":        plain("bo-1", "Bo", "Ek", "bo@fjord.example", "+46 70 174 06 11"),
		"Cia Dahl":     plain("cia-1", "Cia", "Dahl", "cia@fjord.example", "+46 70 174 06 12"),
		"Dave i Viken": strings.Replace(plain("david-1", "David", "Frid", "david@fjord.example", "+46 70 174 06 13"), "FN:David Frid", "FN:Dave i Viken", 1),
		"Eva Gran":     vcf("VERSION:4.0", "UID:urn:uuid:0f3a2c4e-0d8e-4f0e-9d57-2b8b8a1c7d01", "FN:Eva Gran", "N:Gran;Eva;;;", "EMAIL;TYPE=work:eva@fjord.example", "TEL;TYPE=cell:+46 70 174 06 14", "X-OWN:eva"),
		"Hanna Ås":     vcf("VERSION:3.0", "UID:hanna-1", "FN:Hanna Ås", "N:Ås;Hanna;;;", "ORG:Meyer\\; Söhne;Einkauf\\, Nord", "ADR;TYPE=HOME:;;Str\\, 1;Ort\\;X;;123;SE", "CATEGORIES:a,b\\,c", "NOTE:C:\\\\neu\\\\x", "REV:20260101T000000Z", "EMAIL;TYPE=INTERNET,WORK:hanna@fjord.example"),
		"Finn Holm":    plain("finn-1", "Finn", "Holm", "finn@fjord.example", "+46 70 174 06 15"),
	}
}

// fileOf is the name a user's program gives a card.
func fileOf(who string) string { return strings.ToLower(strings.ReplaceAll(who, " ", "-")) + ".vcf" }

// TestPairsFromAnEmptyBook follows two books from the first run, into an empty
// one, through edits, photos and deletions on both sides.
func TestPairsFromAnEmptyBook(t *testing.T) {
	eachPair(t, func(t *testing.T, w *books) {
		const asa = "Åsa Maria Lindqvist"
		w.home.Put(t, "rich.vcf", rich(t))
		w.home.Put(t, "group.vcf", group)
		all := []string{asa}
		for who, text := range others(t) {
			w.home.Put(t, fileOf(who), text)
			all = append(all, who)
		}
		before := w.home.Cards(t)
		if code, out, talk := w.kith("check"); code != 0 {
			t.Fatalf("check ended with %d\n%s\n%s", code, out, talk)
		}
		w.sync(0)
		w.agree(all...)
		if after := w.home.Cards(t); !reflect.DeepEqual(before, after) {
			t.Errorf("cards that were only read have changed:\n%q\n%q", before, after)
		}
		home, work := people(t, w.home), people(t, w.work)
		for who := range home {
			if one, other := home[who].uid, work[who].uid; !vcard.SameUID(one, other) {
				t.Errorf("%s has the UID %q in one book and %q in the other", who, one, other)
			}
		}
		w.quiet()
		rest := map[string]map[string]shown{"home": home, "work": work}

		w.step("edits of different fields of one card", func(t *testing.T) {
			edit(t, w.home, asa, "TITLE:Chef\\, inköp", "TITLE:Inköpschef")
			edit(t, w.work, asa, "asa@nordljus.example", "asa.lindqvist@nordljus.example")
			edit(t, w.work, "Bo Ek", "+46 70 174 06 11", "+46 70 174 06 99")
			w.sync(0)
			w.agree(all...)
			s := people(t, w.work)[asa]
			if s.fields["TITLE"] != "Inköpschef" || !strings.Contains(textOf(s), "asa.lindqvist@nordljus.example") {
				t.Errorf("one of the edits is lost: %+v", s)
			}
			if s := people(t, w.home)["Bo Ek"]; !strings.Contains(textOf(s), "06 99") {
				t.Errorf("the edit at work is not at home: %+v", s)
			}
			w.still()
		})

		w.step("edits of the same field", func(t *testing.T) {
			edit(t, w.home, asa, "TITLE:Inköpschef", "TITLE:Direktör")
			edit(t, w.work, asa, "TITLE:Inköpschef", "TITLE:Chefsjurist")
			edit(t, w.home, "Cia Dahl", "cia@fjord.example", "cia.dahl@fjord.example")
			edit(t, w.work, "Cia Dahl", "cia@fjord.example", "c.dahl@fjord.example")
			w.sync(0)
			w.agree(all...)
			at := people(t, w.work)
			if got := at[asa].fields["TITLE"]; got != "Direktör" {
				t.Errorf("home leads, but the title is %q", got)
			}
			if _, out, _ := w.kith("contact", "show", asa); !strings.Contains(out, "Chefsjurist") {
				t.Errorf("the value that lost is not in the history:\n%s", out)
			}
			w.still()
		})

		w.step("photos", func(t *testing.T) {
			old := picture(t, 1)
			if !strings.Contains(people(t, w.work)[asa].fields["PHOTO"], old) {
				t.Fatalf("the photo did not come along")
			}
			name, text := find(t, w.work, asa)
			w.work.Put(t, name, withPhoto(t, text, picture(t, 2)))
			name, text = find(t, w.home, "Finn Holm")
			w.home.Put(t, name, withPhoto(t, text, picture(t, 3)))
			w.sync(0)
			w.agree(all...)
			if got := people(t, w.home)[asa].fields["PHOTO"]; !strings.Contains(got, picture(t, 2)) {
				t.Errorf("the photo that was changed at work is not at home: %.60s", got)
			}
			if got := people(t, w.work)["Finn Holm"].fields["PHOTO"]; !strings.Contains(got, picture(t, 3)) {
				t.Errorf("the photo that was added at home is not at work: %.60s", got)
			}
			w.still()
		})

		w.step("deletions", func(t *testing.T) {
			name, _ := find(t, w.home, "Dave i Viken")
			w.home.Delete(t, name)
			name, _ = find(t, w.work, "Eva Gran")
			w.work.Delete(t, name)
			all = slices.DeleteFunc(all, func(who string) bool { return who == "Dave i Viken" || who == "Eva Gran" })
			w.sync(0)
			w.agree(all...)
			w.quiet()
		})

		for where, book := range map[string]lab.Book{"home": w.home, "work": w.work} {
			after := people(t, book)
			for _, who := range all {
				if before := rest[where][who].rest; !slices.Equal(before, after[who].rest) {
					t.Errorf("what Kith does not know of %s at %s was\n%q\nand is\n%q", who, where, before, after[who].rest)
				}
			}
		}
		if _, text := findGroup(t, w.home); !strings.Contains(text, "rich-1") {
			t.Errorf("the group has lost its member:\n%s", text)
		}
	})
}

// TestPairsTheOtherWayRound is the short form of the above with the servers in
// each other's place: which of them is written first, and which one leads, makes a
// difference.
func TestPairsTheOtherWayRound(t *testing.T) {
	eachPairBack(t, func(t *testing.T, w *books) {
		w.home.Put(t, "rich.vcf", rich(t))
		all := []string{"Åsa Maria Lindqvist"}
		for who, text := range others(t) {
			w.home.Put(t, fileOf(who), text)
			all = append(all, who)
		}
		before := w.home.Cards(t)
		w.sync(0)
		w.agree(all...)
		if after := w.home.Cards(t); !reflect.DeepEqual(before, after) {
			t.Errorf("cards that were only read have changed:\n%q\n%q", before, after)
		}
		w.still()
		edit(t, w.home, "Bo Ek", "bo@fjord.example", "bo.ek@fjord.example")
		edit(t, w.work, "Hanna Ås", "hanna@fjord.example", "hanna.as@fjord.example")
		w.sync(0)
		w.agree(all...)
		w.still()
	})
}

// TestPairsHalfOverlapping begins with two books that have grown apart: a third
// of the contacts is in both, under the same UID, under another one with the
// same address, or both. What agrees is linked and not touched.
func TestPairsHalfOverlapping(t *testing.T) {
	eachPair(t, func(t *testing.T, w *books) {
		o := others(t)
		all := slices.Collect(maps.Keys(o))
		for who, text := range o {
			if who != "Finn Holm" {
				w.home.Put(t, fileOf(who), text)
			}
		}
		for _, who := range []string{"Bo Ek", "Eva Gran", "Finn Holm"} { // the same UID
			w.work.Put(t, "w-"+fileOf(who), o[who])
		}
		w.work.Put(t, "w-cia.vcf", strings.NewReplacer("UID:cia-1", "UID:cia-at-work", "X-OWN:cia-1", "X-OWN:work").Replace(o["Cia Dahl"])) // the same address
		gus := vcf("VERSION:3.0", "UID:gus-1", "FN:Gus Lind", "N:Lind;Gus;;;", "TEL;TYPE=WORK,VOICE:+46 8 465 004 50")                      // nothing but the UID says who he is
		w.home.Put(t, "gus.vcf", gus)
		w.work.Put(t, "lind.vcf", gus)
		all = append(all, "Gus Lind")
		// A picture beside a card of version 4.0, which not every server keeps there.
		for who, at := range map[string][2]lab.Book{"Ida Strand": {w.home, w.work}, "Jon Vik": {w.work, w.home}} {
			uid := fileOf(who)
			given, family, _ := strings.Cut(who, " ")
			text := plain(uid, given, family, given+"@fjord.example", "+46 70 174 06 20")
			at[0].Put(t, uid, withPhoto(t, text, picture(t, 7)))
			at[1].Put(t, uid, strings.Replace(text, "VERSION:3.0", "VERSION:4.0", 1))
			all = append(all, who)
		}
		both := []string{"Bo Ek", "Cia Dahl", "Eva Gran", "Gus Lind"}
		before := map[string]string{}
		for _, who := range both {
			_, home := find(t, w.home, who)
			_, work := find(t, w.work, who)
			before[who] = home + work
		}
		out, _ := w.sync(0)
		if !strings.Contains(out, `"writes":5`) { // David and Hanna to work, Finn home, and two pictures
			t.Errorf("what agrees was written: %s", out)
		}
		w.agree(all...)
		for _, book := range []lab.Book{w.home, w.work} {
			for _, who := range []string{"Ida Strand", "Jon Vik"} {
				if got := people(t, book)[who].fields["PHOTO"]; !strings.Contains(got, picture(t, 7)) {
					t.Errorf("%s has lost the picture at %s: %.60s", who, book.URL, got)
				}
			}
		}
		for _, who := range both {
			_, home := find(t, w.home, who)
			_, work := find(t, w.work, who)
			if before[who] != home+work {
				t.Errorf("%s agreed, and a card was changed:\n%s\n%s", who, before[who], home+work)
			}
		}
		w.quiet()

		edit(t, w.work, "Cia Dahl", "cia@fjord.example", "cia.dahl@fjord.example")
		edit(t, w.home, "Bo Ek", "bo@fjord.example", "bo.ek@fjord.example")
		w.sync(0)
		w.agree(all...)
		if got := textOf(people(t, w.home)["Cia Dahl"]); !strings.Contains(got, "cia.dahl@") {
			t.Errorf("linked by her address, Cia's edit is not at home: %s", got)
		}
		if got := textOf(people(t, w.work)["Bo Ek"]); !strings.Contains(got, "bo.ek@") {
			t.Errorf("linked by his UID, Bo's edit is not at work: %s", got)
		}
		w.quiet()
	})
}
