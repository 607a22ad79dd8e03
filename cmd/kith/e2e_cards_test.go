package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const cardsConfig = `
country: SE
leading: home
deletes: spread
removal: delete
systems:
  home: {connector: file, path: home, format: vcard}
  phone: {connector: file, path: phone.vcf}
company:
  home: both
  phone: both
person:
  home: both
  phone: both
`

func cardText(lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

// TestAFolderAndAFileOfCards keeps a folder of vCards and a file of many in
// step: matched by UID and by e-mail, with pictures, companies, groups, and all
// that nobody maps.
func TestAFolderAndAFileOfCards(t *testing.T) {
	w := newDesk(t)
	w.write("kith.yaml", cardsConfig)
	anna := []string{"UID:urn:uuid:A-1", "N:Berg;Anna;;;", "FN:Anna Berg", "ORG:Acme", "EMAIL;TYPE=WORK:anna@acme.example",
		"PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==", "X-OTHER:kept", "item1.TEL:+46 8 1", "item1.X-ABLabel:Båten"}
	w.write("home/anna.vcf", cardText(anna...))
	w.write("home/acme.vcf", cardText("UID:C-1", "X-ABShowAs:COMPANY", "FN:Acme", "ORG:Acme"))
	w.write("home/friends.vcf", cardText("UID:G-1", "FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:A-1"))
	w.write("home/bo.vcf", cardText("UID:B-1", "N:Ek;Bo;;;", "FN:Bo Ek", "EMAIL;TYPE=HOME:bo@ek.example"))
	w.write("phone.vcf", cardText("UID:a-1", "N:Berg;Anna;;;", "FN:Anna Berg", "ORG:Acme", "TITLE:CFO", "X-PHONE:kept too")+
		cardText("UID:other", "N:Ek;Bo;;;", "FN:Bo Ek", "EMAIL:bo@ek.example", "TEL;TYPE=CELL:070-174 06 05"))
	past := time.Now().Add(-time.Hour)
	names, _ := filepath.Glob(filepath.Join(w.dir, "home", "*.vcf"))
	for _, name := range append(names, filepath.Join(w.dir, "phone.vcf")) {
		if err := os.Chtimes(name, past, past); err != nil {
			t.Fatal(err)
		}
	}
	if code, out, talk := w.kith("check"); code != 0 {
		t.Fatalf("check ended with %d\n%s\n%s", code, out, talk)
	}
	w.sync(0)
	w.quiet()

	home, phone := w.read("home/anna.vcf"), w.read("phone.vcf")
	for _, line := range append(anna, "TITLE:CFO") {
		if !strings.Contains(home, line+"\r\n") {
			t.Errorf("Anna's card lacks %q:\n%s", line, home)
		}
	}
	for _, line := range []string{"X-PHONE:kept too", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==", "TEL;TYPE=VOICE:+46 8 1", "FN:Acme", "X-ABShowAs:COMPANY", "UID:C-1", "UID:a-1"} {
		if !strings.Contains(phone, line) {
			t.Errorf("the phone lacks %q:\n%s", line, phone)
		}
	}
	if n := strings.Count(phone, "BEGIN:VCARD"); n != 3 {
		t.Errorf("the phone has %d cards, want two persons and a company:\n%s", n, phone)
	}
	if bo := w.read("home/bo.vcf"); !strings.Contains(bo, "TEL;TYPE=CELL:070-174 06 05") {
		t.Errorf("Bo's card: %s", bo)
	}
	if n, _ := filepath.Glob(filepath.Join(w.dir, "home", "*.vcf")); len(n) != 4 {
		t.Errorf("the folder has %q", n)
	}

	// Edits of both, and a deletion.
	w.write("home/anna.vcf", strings.Replace(home, "TITLE:CFO", "TITLE:CEO", 1))
	w.write("phone.vcf", strings.Replace(phone, "FN:Bo Ek\r\n", "FN:Bo Ek\r\nROLE:Chair\r\n", 1))
	w.sync(0)
	w.quiet()
	if phone = w.read("phone.vcf"); !strings.Contains(phone, "TITLE:CEO") || !strings.Contains(w.read("home/bo.vcf"), "ROLE:Chair") {
		t.Errorf("the edits did not travel:\n%s\n%s", phone, w.read("home/bo.vcf"))
	}
	if err := os.Remove(filepath.Join(w.dir, "home", "bo.vcf")); err != nil {
		t.Fatal(err)
	}
	w.sync(0)
	if phone = w.read("phone.vcf"); strings.Contains(phone, "Bo Ek") || strings.Count(phone, "BEGIN:VCARD") != 2 {
		t.Errorf("Bo is still there:\n%s", phone)
	}
	w.quiet()
}

func (w *desk) read(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}
