package match

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// The headers of the exports that people have: Outlook, Google, Thunderbird, and lists
// made by hand.
func TestColumnsOfExports(t *testing.T) {
	for _, c := range []struct{ name, header, line, want string }{
		{"Outlook, English", `"Title","First Name","Middle Name","Last Name","Suffix","Company","Business Street","Business Street 2","Business City","Business Postal Code","Business Country/Region","Home Street","Home City","Business Fax","Business Phone","Home Phone 2","Mobile Phone","Birthday","E-mail Address","E-mail Type","E-mail Display Name","E-mail 2 Address"`,
			`Mr,John,X,Doe,Jr.,Acme,Main St 1,Floor 3,London,E1,UK,Side St,Leeds,1,2,3,4,1980-02-01,j@d.com,SMTP,JD,k@d.com`,
			`John|Doe Jr.||j@d.com k@d.com|4 2 3|Acme|Main St 1|E1|London|UK|1980-02-01`},
		{"Outlook, German", `Anrede;Vorname;Nachname;Firma;Straße geschäftlich;Ort geschäftlich;Postleitzahl geschäftlich;Land/Region geschäftlich;Straße privat;Fax geschäftlich;Telefon geschäftlich;Telefon (geschäftlich) 2;Mobiltelefon;Geburtstag;E-Mail-Adresse;E-Mail-Typ;E-Mail 2: Adresse`,
			`Herr;Jörg;Ek;Acme;Weg 1;Köln;50667;Deutschland;Pfad 2;1;2;3;4;01.02.1980;a@b.de;SMTP;c@d.de`,
			`Jörg|Ek||a@b.de c@d.de|4 2 3|Acme|Weg 1|50667|Köln|Deutschland|01.02.1980`},
		{"Outlook, French", `Titre;Prénom;Nom;Société;Rue (bureau);Ville (bureau);Code postal (bureau);Pays/Région (bureau);Télécopie (bureau);Téléphone (bureau);Tél. mobile;Anniversaire;Adresse de messagerie;Nom complet de l’adresse de messagerie`,
			`M;Jean;Ek;Acme;1 rue A;Lyon;69001;France;1;2;3;01/02/1980;a@b.fr;Jean Ek`, `Jean|Ek||a@b.fr|3 2|Acme|1 rue A|69001|Lyon|France|01/02/1980`},
		{"Outlook, Swedish", `Titel;Förnamn;Efternamn;Företag;Gatuadress, arbete;Ort, arbete;Postnummer, arbete;Land/region, arbete;Fax, arbete;Telefon, arbete;Telefon, arbete 2;Mobiltelefon;Födelsedag;E-postadress;E-posttyp`,
			`;Åsa;Ek;Acme;Gatan 1;Lund;223 50;Sverige;1;2;3;4;1980-02-01;a@b.se;SMTP`, `Åsa|Ek||a@b.se|4 2 3|Acme|Gatan 1|223 50|Lund|Sverige|1980-02-01`},
		{"Google", `First Name,Last Name,Organization Name,Organization Title,Birthday,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Address 2 - City`,
			`Anna,Ek,Acme,CEO,1980-02-01,Work,a@b.se ::: c@d.se,e@f.se,Mobile,1 ::: 2,All,Gatan 1,Lund,223 50,SE,c/o,Oslo`, `Anna|Ek||a@b.se c@d.se e@f.se|1 2|Acme|Gatan 1|223 50|Lund|SE|1980-02-01`},
		{"Google, before 2024", `Name,Given Name,Family Name,Birthday,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name`,
			`Anna Ek,Anna,Ek,,x,*,a@b.se,Mobile,1,Acme`, `Anna|Ek|Anna Ek|a@b.se|1|Acme|||||`},
		{"Thunderbird, German", `Vorname,Nachname,Anzeigename,Primäre E-Mail-Adresse,Sekundäre E-Mail-Adresse,Tel. dienstlich,Tel. privat,Fax,Mobil-Tel.,Adresse privat,Adresse privat 2,Ort privat,PLZ privat,Land privat,Organisation,Geburtsjahr,Geburtsmonat,Geburtstag`,
			`Jörg,Ek,JE,a@b.de,c@d.de,1,2,3,4,Weg 1,Hof,Köln,50667,DE,Acme,1980,2,1`, `Jörg|Ek|JE|a@b.de c@d.de|4 1 2|Acme|Weg 1|50667|Köln|DE|1980-02-01`},
		{"made by hand, German", "Name;Vorname;PLZ;Ort;Tel.\n", `Ek;Jörg;50667;Köln;1`, `Jörg|Ek|||1|||50667|Köln||`},
		{"made by hand, French", "Nom;Ville", `Jean Ek;Lyon`, `||Jean Ek||||||Lyon||`},
		{"Danish", "Fornavn;Efternavn;By;Fødselsdato", `Bo;Ek;Aarhus;01-02-1980`, `Bo|Ek|||||||Aarhus||01-02-1980`},
		{"register", "fname_c1,fname_c2,lname_c1,by,bm,bd", `HANS,NA,MEIER,1950,3,17`, `HANS|MEIER|||||||||1950-03-17`},
		{"program", "dateOfBirth,givenName,familyName,emailAddress,streetAddress,postalCode,addressLocality", `1980-02-01,Bo,NA,n/a,Weg 1,\N,Lund`, `Bo|NA||||` + `|Weg 1||||1980-02-01`},
	} {
		s, err := openSource(strings.NewReader(strings.TrimSuffix(c.header, "\n") + "\n" + c.line))
		if err != nil {
			t.Fatal(err)
		}
		l, err := recognise(s.header, nil, "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		line, err := s.Read()
		if err != nil {
			t.Fatal(err)
		}
		var r Record
		l.record(line, &r)
		got := strings.Join([]string{r.First, r.Last, r.Name, strings.Join(r.Mails, " "), strings.Join(r.Phones, " "), r.Company, r.Street, r.Postcode, r.City, r.Country, r.Birth}, "|")
		if got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

// However a list is written, what it says is the same.
func TestLinkReadsAnyEncoding(t *testing.T) {
	text := "id;Vorname;Nachname;Ort\n1;Jörg;Müller;Köln\n2;Joerg;Mueller;Köln\n"
	want, _, _ := linkLists(t, text, "", Files{})
	if !strings.Contains(want, "\n1,2,possible,") {
		t.Fatalf("pairs:\n%s", want)
	}
	wide := func(mark, big bool) string {
		var b bytes.Buffer
		units := utf16.Encode([]rune(text))
		if mark {
			units = slices.Insert(units, 0, 0xfeff)
		}
		for _, u := range units {
			if big {
				b.Write([]byte{byte(u >> 8), byte(u)})
			} else {
				b.Write([]byte{byte(u), byte(u >> 8)})
			}
		}
		return b.String()
	}
	old := strings.NewReplacer("ö", "\xf6", "ü", "\xfc").Replace(text)
	for name, in := range map[string]string{
		"mark": "\ufeff" + text, "UTF-16": wide(true, false), "UTF-16, big": wide(true, true), "UTF-16 without mark": wide(false, false), "big without mark": wide(false, true),
		"windows-1252": old, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "CR": strings.ReplaceAll(text, "\n", "\r"),
		"tab": strings.ReplaceAll(text, ";", "\t"), "bar": strings.ReplaceAll(text, ";", "|"), "sep": "sep=;\n" + text, "blank lines": "\n\n" + text,
		"quoted commas": strings.Replace(text, "Ort", `"Ort, zuletzt, bekannt, oder, nicht"`, 1),
	} {
		if name == "quoted commas" {
			if s, err := openSource(strings.NewReader(in)); err != nil || len(s.header) != 4 {
				t.Errorf("%s: %v %v", name, s.header, err)
			}
			continue
		}
		if got, _, _ := linkLists(t, in, "", Files{}); got != want {
			t.Errorf("%s:\n%s", name, got)
		}
	}
	if got := windows1252.decoded("\x80 \x96 \xe5"); got != "€ – å" {
		t.Errorf("windows-1252: %q", got)
	}
}

// Without a column whose values differ, records are called by their lines; a column
// that calls itself an id, or was named, must have them.
func TestLinkWithoutIDs(t *testing.T) {
	var notes []string
	f := Files{Names: [2]string{"a.csv"}, Note: func(n string) { notes = append(notes, n) }}
	out, groups, _ := linkLists(t, "Anrede;Vorname;Nachname;E-Mail\nFrau;Anna;\"Ek\n\";a@ek.se\nFrau;Bo;Palm;b@p.se\nFrau;Anna;Ek;a@ek.se\n", "", f)
	if !strings.Contains(out, "\nline 5,line 2,certain,") || groups != "group,id\n1,line 2\n1,line 5\n" {
		t.Errorf("pairs:\n%sgroups:\n%s", out, groups)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "a.csv: the first column does not tell the records apart (line 4") {
		t.Errorf("notes %q", notes)
	}
	// what stands first is compared all the same
	out, _, _ = linkLists(t, "E-Mail;Ort\nanna@ek.se;Lund\n", "Mail;Stadt\nAnna@Ek.se;Lund\n", Files{})
	if !strings.Contains(out, "anna@ek.se,Anna@Ek.se,certain,") {
		t.Errorf("pairs:\n%s", out)
	}
}

// A column named for one list need not be in the other, whose own header counts.
func TestLinkNamesColumnsOfEither(t *testing.T) {
	left, right := "id,wer,familie,Mail\n1,Anna,Ek,a@ek.se\n", "nr,first_name,last_name,email\nA,Anna,Ek,a@ek.se\n"
	f := Files{Columns: map[string]string{"wer": "first_name", "familie": "last_name"}, ID: "nr"}
	out, _, _ := linkLists(t, left, right, f)
	if !strings.Contains(out, "first equal") || !strings.Contains(out, "last equal") {
		t.Errorf("pairs:\n%s", out)
	}
	f.Left, f.Right, f.Out = strings.NewReader(left), strings.NewReader(right), &bytes.Buffer{}
	f.Columns = map[string]string{"wen": "first_name"}
	if _, err := Link(f); err == nil || !strings.Contains(err.Error(), `no column "wen"`) || !strings.Contains(err.Error(), "familie") || !strings.Contains(err.Error(), "last_name") {
		t.Errorf("error %v", err)
	}
}

// What is wrong with a list is said with its name and line, and nothing is swallowed.
func TestLinkSaysWhereAListIsWrong(t *testing.T) {
	good := "id,first_name,last_name\n1,Anna,Ek\n"
	for _, c := range []struct{ left, right, says string }{
		{good, "id,first_name,last_name\n1,\"Anna,Ek\n2,Bo,Ek\n3,Cy,Ek\n", "b.csv: a quote that is opened in line 2 is never closed"},
		{good, "\n \n", "b.csv: the file is empty"},
		{good, "id,first_name,last_name\n1,\"An\nna\",Ek\n1,Bo,Ek\n", `b.csv: the id "1" stands twice, in line 4 again`},
		{good, "id,colour,shoe\n", "b.csv: fewer than two usable columns"},
		{"id,first_name,last_name\n" + strings.Repeat("x", 2000) + ",Anna,Ek\n", good, "a.csv: the id in line 2 is longer"},
	} {
		_, err := Link(Files{Left: strings.NewReader(c.left), Right: strings.NewReader(c.right), Names: [2]string{"a.csv", "b.csv"}, Out: &bytes.Buffer{}})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: error %v, want %q", c.right, err, c.says)
		}
	}
	// a quote within a cell is a letter, and a cell of several lines is none of these
	out, _, _ := linkLists(t, "id,first_name,last_name,street\n1,Anna \"An\" X,Ek,\"Weg\n1\"\n2,Anna,Ek,\"Weg 1\"\n", "", Files{})
	if !strings.Contains(out, "\n1,2,") {
		t.Errorf("pairs:\n%s", out)
	}
}

func TestCellIsBounded(t *testing.T) {
	if got := windows1252.cell(" " + strings.Repeat("é", longestCell) + " "); len(got) != longestCell {
		t.Errorf("%d bytes", len(got))
	}
	if got := windows1252.cell("  NULL "); got != "" {
		t.Errorf("%q", got)
	}
}
