package file

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/ianaindex"

	"kith/internal/contact"
)

func TestDelimiterIsFound(t *testing.T) {
	for content, want := range map[string]byte{
		"No,Name,Firm\n":                ',',
		"No;Name;Firm\n":                ';',
		"No\tName\tFirm\n":              '\t',
		"No|Name|Firm\n":                '|',
		"No\n":                          ',',
		"\"a;b;c;d\",No\n":              ',',
		"No;\"Name, first, last, x\"\n": ';',
		"No;Name, first, last, x\n":     ';', // the id column decides
		"Name|first,No,x\n":             ',',
	} {
		if got := delimiterOf([]byte(content), "No"); got != want {
			t.Errorf("%q is parted by %q, want %q", content, got, want)
		}
	}
	o := open(t, "No:Name:Firm\n1:Ann:Acme\n", "delimiter", ":")
	if page, err := o.pull(); err != nil || page.Records[0].Fields["Firm"] != "Acme" {
		t.Errorf("%+v, %v", page.Records, err)
	}
}

func TestEncodingIsFound(t *testing.T) {
	text := "No,Name,Firm\n1,Björn,x\n"
	latin := strings.ReplaceAll(text, "ö", "\xf6")
	tests := map[string]struct {
		content string
		keys    []string
		set     string
	}{
		"utf-8":                      {text, nil, "utf-8"},
		"utf-8 by its mark":          {"\xef\xbb\xbf" + text, nil, "utf-8"},
		"utf-16le by its mark":       {"\xff\xfe" + coded(t, "utf-16le", text), nil, "utf-16le"},
		"utf-16be by its mark":       {"\xfe\xff" + coded(t, "utf-16be", text), nil, "utf-16be"},
		"anything else":              {latin, nil, "windows-1252"},
		"utf-16 says which by zeros": {coded(t, "utf-16be", text), []string{"encoding", "UTF-16"}, "utf-16be"},
		"utf-16 without a mark":      {coded(t, "utf-16le", text), []string{"encoding", "utf-16"}, "utf-16le"},
		"named":                      {latin, []string{"encoding", "ISO-8859-15"}, "iso-8859-15"},
		"an alias":                   {latin, []string{"encoding", "latin1"}, "latin1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := open(t, tt.content, tt.keys...)
			page, err := o.pull()
			if err != nil || len(page.Records) != 1 || page.Records[0].Fields["Name"] != "Björn" {
				t.Fatalf("%+v, %v", page.Records, err)
			}
			if got := o.file.source.latest.set.name; got != tt.set {
				t.Errorf("read as %s, want %s", got, tt.set)
			}
		})
	}
}

// coded is a text in an encoding.
func coded(t *testing.T, encoding, text string) string {
	t.Helper()
	set, err := parseCharset(encoding)
	if err != nil {
		t.Fatal(err)
	}
	out, err := set.coding.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWrongEncodingIsRefused(t *testing.T) {
	latin := "No,Name,Firm\n1,Ann,x\n2,Bj\xf6rn,x\n"
	for name, tt := range map[string]struct{ content, encoding, says string }{
		"latin as utf-8":          {latin, "utf-8", "line 3: a character is not valid utf-8"},
		"utf-8 mark, but latin":   {"\xef\xbb\xbf" + latin, "", "line 3"},
		"mark against the words":  {"\xef\xbb\xbfNo,Name,Firm\n", "windows-1252", "the byte order mark says utf-8, the configuration windows-1252"},
		"utf-16 with half a pair": {"\xff\xfeN\x00o\x00\n\x001\x00\x00\xd8\n\x00", "utf-16", "line 2"},
		"latin as ascii":          {latin, "us-ascii", "line 3"},
	} {
		t.Run(name, func(t *testing.T) {
			keys := []string{}
			if tt.encoding != "" {
				keys = []string{"encoding", tt.encoding}
			}
			_, err := open(t, tt.content, keys...).pull()
			isClass(t, "pull", err, contact.Malformed)
			if err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("says %q, want %q", err, tt.says)
			}
		})
	}
}

// A file whose encoding nobody says is not guessed where a guess may be wrong: the
// names in it would be read as others, and carried everywhere.
func TestDoubtfulEncodingIsRefused(t *testing.T) {
	dos, mac := coded(t, "IBM850", "2,Jörg Müller,x\n"), coded(t, "macintosh", "2,Jörg Müller,x\n")
	for name, tt := range map[string]struct{ content, says string }{
		"one line of another program at the end":   {"No,Name,Firm\n1,Fäm,x\n2,Ren\xe9,x\n", "line 3: this line is not UTF-8, but line 2 is"},
		"one line of another program at the start": {"No,Name,Firm\n1,Ren\xe9,x\n2,Fäm,x\n", "line 2: this line is not UTF-8, but line 3 is"},
		"both in one line":                         {"No,Name,Firm\n1,Fäm,Ren\xe9\n", "line 2: this line is not UTF-8, but line 2 is"},
		"dos":                                      {"No,Name,Firm\n1,Ann,x\n" + dos, "line 3: this line is neither UTF-8 nor windows-1252"},
		"an old mac":                               {"No,Name,Firm\n1,Ann,x\n" + mac, "line 3: this line is neither UTF-8 nor windows-1252"},
		"dos, with a byte that is no character":    {"No,Name,Firm\n1,\x90lan,x\n", "line 2: this line is neither UTF-8 nor windows-1252"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open(t, tt.content).pull()
			isClass(t, "pull", err, contact.Malformed)
			if err != nil && (!strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), "encoding:")) {
				t.Errorf("says %q, want %q", err, tt.says)
			}
		})
	}
	for _, name := range []string{"O’Brien", "Škoda – Brno", "dell‘arte", "Œuvre", "„Zum Löwen“", "L’Haÿ", "Straße", "€ 5 …"} {
		o := open(t, "No,Name,Firm\n1,"+coded(t, "windows-1252", name)+",x\n")
		if page, err := o.pull(); err != nil || page.Records[0].Fields["Name"] != name {
			t.Errorf("%s of windows-1252 is read as %+v, %v", name, page.Records, err)
		}
	}
}

// Every character that an encoding has is read and written back as it was.
func TestEveryCharacterSurvives(t *testing.T) {
	for _, name := range []string{"windows-1252", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1251", "IBM850", "macintosh", "KOI8-R"} {
		coding, err := ianaindex.IANA.Encoding(name)
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for b := 0x20; b < 0x100; b++ {
			if r, err := coding.NewDecoder().String(string([]byte{byte(b)})); err == nil && r != "\ufffd" && b != '"' && b != ',' {
				all = append(all, byte(b))
			}
		}
		content := "No,Name,Firm\n1," + string(all) + ",x\n2,y,z\n"
		o := open(t, content, "encoding", name)
		o.name("2", "Y")
		o.holds(strings.ReplaceAll(content, "2,y", "2,Y"))
	}
}

func TestRowsAreFoundAgainInEveryEncoding(t *testing.T) {
	var text strings.Builder
	text.WriteString("No,Name,Firm\n")
	for i := range 20_000 {
		text.WriteString(strings.Join([]string{string(rune('A'+i%26)) + "-" + strings.Repeat("x", i%7) + "-" + itoa(i), "ﾃｽﾄ 日本語", "かな"}, ",") + "\n")
	}
	for _, name := range []string{"utf-8", "utf-16", "shift_jis", "iso-2022-jp", "gb18030"} {
		set, err := parseCharset(name)
		if err != nil {
			t.Fatal(err)
		}
		if set.name == utf16Set.name {
			set = utf16LE
		}
		content := text.String()
		if name == "iso-2022-jp" || name == "gb18030" {
			content = strings.ReplaceAll(content, "ﾃｽﾄ ", "")
		}
		coded := content
		if set.coding != nil {
			if coded, err = set.coding.NewEncoder().String(content); err != nil {
				t.Fatal(err)
			}
		}
		o := open(t, coded, "encoding", name)
		for _, i := range []int{0, 1, 777, 12_345, 19_999} {
			id := string(rune('A'+i%26)) + "-" + strings.Repeat("x", i%7) + "-" + itoa(i)
			r, err := o.Get(t.Context(), contact.Person, id)
			if err != nil || r.ID != id || !strings.HasSuffix(r.Fields["Name"], "日本語") {
				t.Errorf("%s, row %d: %+v, %v", name, i, r, err)
			}
		}
	}
}
