package match

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// written is a text in a charset that has all its letters.
func (c charset) written(t *testing.T, text string) string {
	t.Helper()
	var b []byte
	for _, r := range text {
		at := slices.Index(highHalf[c], r)
		switch {
		case r < 0x80:
			b = append(b, byte(r))
		case at < 0:
			t.Fatalf("%s has no %c", charsetNames[c], r)
		default:
			b = append(b, byte(at+0x80))
		}
	}
	return string(b)
}

// Old charsets are told apart by their letters, in each of the four languages, and what
// is none of them is said to be.
func TestCharsetIsToldByItsLetters(t *testing.T) {
	for name, text := range map[string]string{
		"German": "Nr;Vorname;Nachname;Straße\n1;Jörg;Müller;Gäßchen 1\n", "French": "id;prénom;nom;ville\n1;Hélène;Lefèvre;Besançon\n",
		"Swedish": "id;förnamn;efternamn\n1;Åsa;Sjöberg\n2;Kjell;Ångström\n", "Danish": "id;fornavn;efternavn\n1;Søren;Kjær\n", "one word": "id;Name;Ort\n1;Ülker;Bonn\n",
		"shouted": "ID;NAME;ORT\n1;MÜLLER;KÖLN\n",
	} {
		for c := range numCharsets {
			written := c.written(t, text)
			best, old, sure := guessCharset([]byte(written))
			if best != c || !old || !sure || best.decoded(written) != text {
				t.Errorf("%s in %s: %s, old %t, sure %t: %q", name, charsetNames[c], charsetNames[best], old, sure, best.decoded(written))
			}
		}
		if _, old, _ := guessCharset([]byte(text)); old {
			t.Errorf("%s in UTF-8 is taken for something else", name)
		}
	}
	if _, old, sure := guessCharset([]byte("id;name\n1;\xcc\xd2\xca\xcd\xcf\xd7\xc1\n")); !old || sure { // Russian, KOI8-R
		t.Errorf("Russian: old %t, sure %t", old, sure)
	}
}

func TestHighHalvesAreWhole(t *testing.T) {
	for c, half := range highHalf {
		if len(half) != 128 || slices.Contains(half, utf8.RuneError) {
			t.Errorf("%s has %d runes", charsetNames[c], len(half))
		}
	}
}

// A list in an old charset is read as it is meant, and a note says as what.
func TestLinkSaysHowAListIsRead(t *testing.T) {
	text := "id;Vorname;Nachname;Ort\n1;Jörg;Müller;Köln\n2;Joerg;Mueller;Köln\n"
	want, _, _ := linkLists(t, text, "", Files{})
	for c := range numCharsets {
		var notes []string
		got, _, _ := linkLists(t, c.written(t, text), "", Files{Names: [2]string{"a.csv"}, Note: func(n string) { notes = append(notes, n) }})
		if got != want || len(notes) != 1 || !strings.Contains(notes[0], "a.csv: not in UTF-8, and read as "+charsetNames[c]) {
			t.Errorf("%s: %q\n%s", charsetNames[c], notes, got)
		}
	}
	var notes []string
	linkLists(t, "id;name;city\n1;\xcc\xd2\xca\xcd;Kiel\n", "", Files{Note: func(n string) { notes = append(notes, n) }})
	if len(notes) != 1 || !strings.Contains(notes[0], "save it as UTF-8") {
		t.Errorf("an unknown charset: %q", notes)
	}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, mark := range []string{"", "\ufeff"} {
			var wide []byte
			for _, r := range mark + text {
				wide = order.AppendUint32(wide, uint32(r))
			}
			_, err := Link(Files{Left: strings.NewReader(string(wide)), Out: io.Discard})
			if err == nil || !strings.Contains(err.Error(), "UTF-32; save it as UTF-8") {
				t.Errorf("UTF-32: %v", err)
			}
		}
	}
}

// Several addresses and numbers in columns with numbers all count, in every language.
func TestNumberedColumns(t *testing.T) {
	for header, want := range map[string]column{
		"email1": colMail, "email2": colMail, "E-Mail 2": colMail, "e-mail2": colMail, "email_3": colMail, "Email10": colMail, "phone1": colPhone, "phone 1": colPhone, "mobile2": colMobile, "Mobile 2": colMobile,
		"Telefon1": colPhone, "Tel. 2": colPhone, "Handy2": colMobile, "Handy 2": colMobile, "Mobilnummer 2": colMobile, "E-Mail-Adresse2": colMail, "courriel2": colMail, "téléphone 2": colPhone, "portable2": colMobile,
		"adresse e-mail 2": colMail, "epost2": colMail, "E-post 2": colMail, "telefonnummer2": colPhone, "mobil2": colMobile, "mobiltelefon 2": colMobile, "phone1 - value": colPhone,
		"street2": colNone, "Straße 2": colNone, "address2": colNone, "address1": colStreet, "first_name2": colNone, "city1": colCity, "fname_c1": colFirst, "email 0": colNone,
	} {
		if got, _ := heading(header); got != want {
			t.Errorf("%q is %q, want %q", header, columnNames[got], columnNames[want])
		}
	}
	out, _, _ := linkLists(t, "id,first_name,last_name,email1,email2,phone1\n1,Anna,Ek,,anna@ek.se,1\n2,Anna,Ek,anna@ek.se,,1\n", "", Files{})
	if !strings.Contains(out, "mail equal") {
		t.Errorf("pairs:\n%s", out)
	}
}
