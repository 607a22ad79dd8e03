package norm

import (
	"strings"
	"testing"
	"unicode"
)

func check(t *testing.T, name string, f func(string) string, cases map[string]string) {
	t.Helper()
	for in, want := range cases {
		if got := f(in); got != want {
			t.Errorf("%s(%q) = %q, want %q", name, in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	check(t, "Text", Text, map[string]string{
		"": "", "a": "a", " a  b\t c ": "a b c", "a \r\nb": "a\nb", "a\rb": "a\nb", "\n\na\n\nb \n": "a\n\nb",
		"Mu\u0308ller": "Müller", "a\u00a0b": "a b", "a\n b": "a\n b", "ÄB": "ÄB", "\u00a0": "",
	})
}

func TestLayout(t *testing.T) {
	check(t, "Layout", Layout, map[string]string{
		"": "", " a  b\t c ": "a b c", "a \r\nb": "a \nb", "\n\ta  b\r\r    c\td \n": "a  b\n\n    c\td", "Mu\u0308ller\n x": "Müller\n x", " \n ": "",
	})
}

func TestEmail(t *testing.T) {
	check(t, "Email", Email, map[string]string{
		" Anna@Example.COM ": "anna@example.com", "mailto:Anna@x.de?subject=hi": "anna@x.de", "Anna Ek <Anna@x.de>": "anna@x.de",
		"anna@müller.de": "anna@xn--mller-kva.de", "anna@XN--mller-kva.de": "anna@xn--mller-kva.de", "a+b@x.de": "a+b@x.de",
		"not an  Address": "not an address", "a@b@c.de": "a@b@c.de", "a..b@x.de": "a..b@x.de", "@x.de": "@x.de", "": "", "a@x.de.": "a@x.de",
		"a@x..de": "a@x..de", "jörg@x.de": "jörg@x.de",
	})
	for in, want := range map[string]bool{"a@b.de": true, "a b@c.de": false, "a..b@c.de": false, "x": false} {
		if IsEmail(in) != want {
			t.Errorf("IsEmail(%q) = %v", in, !want)
		}
	}
}

func TestClassifyEmail(t *testing.T) {
	for in, want := range map[string]MailClass{
		"anna.ek@acme.de": PersonalMail, "info@acme.de": GenericMail, "info2@acme.de": GenericMail, "buchhaltung@acme.de": GenericMail,
		"office-wien@acme.at": GenericMail, "info.berlin@acme.de": GenericMail, "test@acme.de": PlaceholderMail, "anna@example.com": PlaceholderMail,
		"nothing": NoMail, "a@b.de; c@d.de": NoMail, "anna @acme.de": NoMail, "kontakt@acme.se": GenericMail, "accueil@acme.fr": GenericMail, "marc.office@acme.fr": PersonalMail,
		"fam.ek@gmx.de": GenericMail, "familie.ek@gmx.de": GenericMail, "die.mueller@gmx.de": GenericMail, "mueller-family@gmx.de": GenericMail, "familleleroy@free.fr": GenericMail,
		"anna.und.olof@gmx.de": GenericMail, "anna-et-luc.roy@free.fr": GenericMail, "die@gmx.de": PersonalMail, "dieter@gmx.de": PersonalMail, "u.thal@gmx.de": PersonalMail, "fama@gmx.de": PersonalMail, "otto.et@gmx.de": PersonalMail,
	} {
		if got := ClassifyEmail(in); got != want {
			t.Errorf("ClassifyEmail(%q) = %v, want %v", in, got, want)
		}
	}
}

func TestMailbox(t *testing.T) {
	check(t, "Mailbox", Mailbox, map[string]string{
		"a.b+c@googlemail.com": "ab@gmail.com", "a.b+c@acme.de": "a.b@acme.de", "a.b@acme.de": "a.b@acme.de", "x": "x", "+@acme.de": "+@acme.de", "a+b c@acme.de": "a+b c@acme.de",
	})
}

func TestDate(t *testing.T) {
	for in, want := range map[string]string{
		"1980-03-09": "1980-03-09", "19800309": "1980-03-09", "9.3.1980": "1980-03-09", "09/03/1980": "1980-03-09", "03/19/1980": "1980-03-19",
		"1980/3/9": "1980-03-09", "9 March 1980": "1980-03-09", "9. März 1980": "1980-03-09", "March 9, 1980": "1980-03-09", "9 mars 1980": "1980-03-09",
		"1980-03-09T00:00:00Z": "1980-03-09", "--03-09": "--03-09", "--0309": "--03-09", "1604-03-09": "--03-09", "0000-03-09": "--03-09", "29.02.2000": "2000-02-29",
		"1er mars 1980": "1980-03-01", "March 2nd, 1980": "1980-03-02", "Sunday, March 9, 1980": "1980-03-09", "den 9 mars 1980": "1980-03-09",
	} {
		if got, ok := Date(in); !ok || got != want {
			t.Errorf("Date(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "1980", "02.01.65", "31.02.1980", "1980-13-01", "29.02.1900", "0001-01-01", "soon", "--13-01", "1980-03-091", "a b 9 1980", "den 9 mars 80"} {
		if got, ok := Date(in); ok {
			t.Errorf("Date(%q) = %q, want no date", in, got)
		}
	}
}

func TestFlag(t *testing.T) {
	for in, want := range map[string]bool{"Yes": true, " JA ": true, "x": true, "oui": true, "1": true, "no": false, "Nein": false, "nej": false, "0": false, "non": false} {
		if got, ok := Flag(in); !ok || got != want {
			t.Errorf("Flag(%q) = %v, %v", in, got, ok)
		}
	}
	if _, ok := Flag("maybe"); ok {
		t.Error("Flag(maybe) is one")
	}
}

func TestCountry(t *testing.T) {
	check(t, "Country", Country, map[string]string{
		"DE": "DE", "de": "DE", "DEU": "DE", "Germany": "DE", "Deutschland": "DE", "Allemagne": "DE", "Tyskland": "DE", "Österreich": "AT", "Autriche": "AT",
		"Sverige": "SE", "Großbritannien": "GB", "UK": "GB", "USA": "US", "United States of America": "US", "Elfenbeinküste": "CI", "Côte d’Ivoire": "CI",
		"D": "DE", "Atlantis ": "Atlantis", "": "", "Suomi": "FI", "Ísland": "IS", "Belgique": "BE", "België": "BE",
	})
}

func TestName(t *testing.T) {
	check(t, "Name", Name, map[string]string{
		"Müller": "mueller", "MUELLER": "mueller", "Muller": "muller", "Åkesson": "aakesson", "Hans-Peter": "hans peter", "O'Neill": "oneill", "D’Arcy": "darcy",
		"François": "francois", "Łukasz": "lukasz", "van der  Berg": "van der berg", "Straße": "strasse", "Søren": "soeren", "Иванов": "ivanov", "Mu\u0308ller": "mueller", "?": "?", "": "",
	})
}

func TestSplitName(t *testing.T) {
	for in, want := range map[string]NameParts{
		"Müller":              {Core: "mueller"},
		"Dr. von Berg":        {Core: "berg", Particle: "von", Title: "dr"},
		"van der Berg jr.":    {Core: "berg", Particle: "van der", Suffix: "jr"},
		"Smith, Sr.":          {Core: "smith", Suffix: "sr"},
		"Van":                 {Core: "van"},
		"Prof. Dr.":           {Core: "prof dr"},
		"J. R.":               {Core: "j r"},
		"Müller-Lüdenscheidt": {Core: "mueller luedenscheidt"},
		"Senior":              {Core: "senior"},
		"Prof. Dr. h. c. Ek":  {Core: "ek", Title: "prof dr hc"},
		"Ek, Ph.D.":           {Core: "ek", Title: "phd"},
		"Anna Ek M. A.":       {Core: "anna ek", Title: "ma"},
		"M. A. Ek":            {Core: "m a ek"},
		"Ma Ba Li":            {Core: "ma li", Title: "ba"},
		"Ek jr. jr. M.A.":     {Core: "ek", Title: "ma", Suffix: "jr"},
	} {
		if got := SplitName(in); got != want {
			t.Errorf("SplitName(%q) = %+v, want %+v", in, got, want)
		}
	}
}

func TestSkeletonMeets(t *testing.T) {
	for _, group := range []string{"Müller Mueller Muller", "Meier Mayer Maier Meyer", "Schmidt Schmitt Schmid-t", "Åkesson Aakesson Akesson", "Philipp Filip", "Becker Beker", "Thomas Tomas"} {
		names := strings.Fields(group)
		for _, n := range names[1:] {
			if strings.Contains(n, "-") {
				continue
			}
			if a, b := Skeleton(Fold(names[0])), Skeleton(Fold(n)); a != b {
				t.Errorf("%s and %s: %q, %q", names[0], n, a, b)
			}
		}
	}
}

func TestPhonetic(t *testing.T) {
	check(t, "Phonetic", Phonetic, map[string]string{
		"mueller": "657", "luedenscheidt": "52682", "wikipedia": "3412", "breschnew": "17863", "mueller luedenscheidt": "65752682", "x": "48", "h": "", "": "",
	})
}

func TestCompany(t *testing.T) {
	check(t, "Company", Company, map[string]string{
		"Müller & Söhne GmbH & Co. KG": "mueller soehne", "MUELLER SOEHNE": "mueller soehne", "Müller und Söhne": "mueller soehne", "Und": "und", "AB Volvo": "volvo", "Volvo AB (publ)": "volvo", "SARL Dupont": "dupont",
		"Dupont S.A.R.L.": "dupont", "Novo Nordisk A/S": "novo nordisk", "Gross e.K.": "gross", "Acme, Inc.": "acme", "GmbH": "gmbh", "The Widget Co. Ltd.": "widget",
		"Équinor ASA": "equinor", "Bau AG": "bau", "U.S. Steel": "us steel", "": "", "Gesellschaft mbH": "gesellschaft",
		"Acme S.à r.l.": "acme", "Gross e. K.": "gross", "Co-op Basel": "co op basel", "Und Co": "und",
	})
}

func TestLegalForm(t *testing.T) {
	check(t, "LegalForm", LegalForm, map[string]string{
		"Müller & Söhne GmbH & Co. KG": "gmbh+kg", "Müller GmbH": "gmbh", "Müller Ges.m.b.H.": "gmbh", "Müller mbH": "gmbh", "AB Volvo": "ab", "Volvo AB (publ)": "ab", "SARL Dupont": "sarl", "Dupont S.A.R.L.": "sarl",
		"Novo Nordisk A/S": "as", "Gross e.K.": "ek", "Acme Corporation": "inc", "Acme, Inc.": "inc", "The Widget Co. Ltd.": "ltd", "Acme": "", "": "", "GmbH": "", "Acme Company": "", "Bau AG": "ag", "Firma Müller KG": "kg",
		"Acme AG & Co. KGaA": "ag+kgaa",
	})
	for form := range legalKinds {
		if !legalForms[form] {
			t.Errorf("%q has a kind, and Company does not take it off", form)
		}
	}
}

func TestURL(t *testing.T) {
	check(t, "URL", URL, map[string]string{
		"http://WWW.Acme.de/": "www.acme.de", "https://www.acme.de": "www.acme.de", "www.acme.de/Über": "www.acme.de/Über", "https://acme.de:443/x": "acme.de/x",
		"http://acme.de:8080": "acme.de:8080", "ftp://Acme.de/x": "ftp://acme.de/x", "no page": "no page", "": "", "http://müller.de": "xn--mller-kva.de", "https://acme.de/?q=1": "acme.de/?q=1",
	})
}

func TestStreet(t *testing.T) {
	check(t, "Street", Street, map[string]string{
		"Hauptstraße 5 a": "hauptstr 5a", "Hauptstr. 5a": "hauptstr 5a", "12 High Street": "high st 12", "rue Victor Hugo 81": "rue victor hugo 81",
		"Storgatan 007": "storg 7", "Lindenallee": "lindenallee", "": "", "Straße des 17. Juni 135": "str des 17 juni 135",
	})
	check(t, "Postcode", Postcode, map[string]string{"D-12345": "12345", "SE-123 45": "12345", "sw1a 1aa": "SW1A1AA", "": "", "12345": "12345"})
	check(t, "City", City, map[string]string{"Frankfurt am Main": "frankfurt", "Frankfurt a.M.": "frankfurt", "Köln": "koeln"})
	if a, b := Address("Hauptstraße 5", "D-12345", "Köln", "Germany"), Address("Hauptstr. 5", "12345", "Koeln", "DE"); a != b {
		t.Errorf("addresses differ: %q, %q", a, b)
	}
}

// FuzzForms holds every normal form to the promise of the package: normal stays normal.
func FuzzForms(f *testing.F) {
	for _, s := range []string{
		"", "Müller", " a  b\r\nc ", "mailto:mailto:A@b.de", "<<a@b.de>", "Dr. e.K. & Co. KG", "AB AB", "12 34 a High Street", "--02-29", "1604-02-29",
		"http://http://x.de", "Ϳ", "x.de.:80/", "ftp://X.de", "\xff\xfe", "İ", "ǅ", "ﬁ", "\u0345", "北京", "0", "5 a b", "D--1", "a.b.c", "e.K.x", "ab im cd am e",
		"https://x.de:443:443", "\u00a0a", "a\u0301\u0301", "ss sz tzz", "aueieyay", "the co", "co co", "x e u k", "0+0 0@ߊ", "jr jr", "anna m a dr", "0 100000 A", "ᾼ@b.de", "mailto: a@b.de?x?y",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, form := range forms {
			once := form(s)
			if twice := form(once); twice != once {
				t.Errorf("%s(%q) = %q, again %q", name, s, once, twice)
			}
		}
		if got, want := Text(Layout(s)), Text(s); got != want {
			t.Errorf("the normal form of the layout of %q is %q, want %q", s, got, want)
		}
		Phonetic(s)
		Flag(s)
	})
}

var forms = map[string]func(string) string{
	"Text": Text, "Layout": Layout, "Email": Email, "Country": Country, "Name": Name, "Company": Company, "URL": URL, "Street": Street, "Postcode": Postcode, "City": City,
	"Fold": Fold, "Skeleton∘Fold": func(s string) string { return Skeleton(Fold(s)) }, "Mailbox∘Email": func(s string) string { return Mailbox(Email(s)) },
	"SplitName.Core": func(s string) string { return SplitName(s).Core },
	"Date":           func(s string) string { d, _ := Date(s); return d },
}

// TestEveryRune holds every normal form to the same promise for every character there is, alone and beside letters.
func TestEveryRune(t *testing.T) {
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := 0
			for r := rune(0); r <= unicode.MaxRune && failed < 5; r++ {
				if !unicode.IsGraphic(r) && !unicode.IsControl(r) && !unicode.In(r, unicode.Cf) {
					continue
				}
				for _, s := range [...]string{string(r), "x" + string(r), string(r) + "x", string(r) + string(r)} {
					once := form(s)
					if twice := form(once); twice != once {
						t.Errorf("%s(%q) = %q, again %q", name, s, once, twice)
						failed++
					}
				}
			}
		})
	}
}

func TestNormalValuesCostNothing(t *testing.T) {
	for name, f := range map[string]func(){
		"Text": func() { Text("Anna Ek") }, "Email": func() { Email("anna.ek@acme.de") }, "Phone": func() { Phone("+491712345678", "DE") },
		"Name": func() { Name("mueller") }, "Company": func() { Company("mueller soehne") }, "Country": func() { Country("DE") }, "URL": func() { URL("www.acme.de/x") },
		"Postcode": func() { Postcode("12345") },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s allocates %v times for a normal value", name, n)
		}
	}
}

func BenchmarkForms(b *testing.B) {
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"Text", func() { Text("Anna Ek") }}, {"Email", func() { Email("Anna.Ek@acme.de") }}, {"Name", func() { Name("Müller-Lüdenscheidt") }},
		{"Company", func() { Company("Müller & Söhne GmbH & Co. KG") }}, {"Street", func() { Street("Hauptstraße 5 a") }}, {"Date", func() { Date("9.3.1980") }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.f()
			}
		})
	}
}
