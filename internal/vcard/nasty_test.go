package vcard

import "strings"

// nasty are cards as programs and servers really write them, each with what a
// person would read from it (see show). All of them also serve the round trip,
// prefix, mutation and edit tests.
var nasty = []struct {
	name string
	card string
	want string
}{
	{"bare words of 2.1 are types, not parameters", crlf(
		"BEGIN:VCARD", "VERSION:2.1", "N:Ek;Ida", "FN:Ida Ek", "TEL;CELL;VOICE:0170", "TEL;HOME:1", "TEL;WORK;PREF:2", "TEL;WORK;FAX:3", "END:VCARD"),
		`FN=Ida Ek|N.family=Ek|N.given=Ida|TEL mobile "0170"|TEL home "1"|TEL work* "2"|FAX work "3"`},
	{"escaped semicolons do not move the boundaries of N and ORG", crlf(
		"BEGIN:VCARD", "VERSION:3.0", `N:Smith\; Co;Al;;;`, `FN:Al`, `ORG:A\;B;R\,D`, "END:VCARD"),
		`FN=Al|N.family=Smith; Co|N.given=Al|ORG.1=A;B|ORG.2=R,D`},
	{"commas split lists and only lists", crlf(
		"BEGIN:VCARD", "VERSION:3.0", `N:Ek;An\,na,Maria;;;`, "FN:Anna", `CATEGORIES:a\,b,c`, "NICKNAME:Bob,Bobby", "END:VCARD"),
		`FN=Anna|N.family=Ek|N.given=An,na,Maria|NICKNAME=Bob,Bobby|CATEGORIES "a,b"|CATEGORIES "c"`},
	{"quoted parameters hide separators", crlf(
		"BEGIN:VCARD", "VERSION:4.0", "FN:Q", `ADR;GEO="geo:1,2";TYPE=work:;;Gatan 1;Malmö;;21119;SE`, `NOTE;X-P="a,b;c:d":text`, `TEL;TYPE="work,voice";VALUE=uri:tel:+46-40-1;ext=3`, "END:VCARD"),
		`FN=Q|NOTE=text|TEL work "+46-40-1 ext. 3"|ADR work [ ][ ][Gatan 1][Malmö][ ][21119][SE]`},
	{"backslashes that escape nothing", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:X;;;;", "FN:X", `URL:http\://a.test/b\;c`, `NOTE:one\Ntwo\:three C:\Data\x`, "END:VCARD"),
		"FN=X|N.family=X|NOTE=one⏎two:three C:\\Data\\x|URL=http://a.test/b;c"},
	{"quoted-printable with soft line breaks", crlf(
		"BEGIN:VCARD", "VERSION:2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=", "ller;J=C3=B6rg;;;", "FN;CHARSET=UTF-8;QUOTED-PRINTABLE:J=c3=b6rg M=C3=BCller", "NOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0Atwo =", "=", " three", "TITLE:Chef", "END:VCARD"),
		"FN=Jörg Müller|N.family=Müller|N.given=Jörg|NOTE=one⏎two  three|TITLE=Chef"},
	{"quoted-printable left over in 3.0", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:E;;;;", "FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=84r=", "lig", "END:VCARD"),
		"FN=Ärlig|N.family=E"},
	{"a soft break with nothing behind it", crlf(
		"BEGIN:VCARD", "VERSION:2.1", "N:E", "FN:E", "NOTE;QUOTED-PRINTABLE:abc=", "END:VCARD"),
		"FN=E|N.family=E|NOTE=abc="},
	{"Latin-1 with and without saying so", crlf(
		"BEGIN:VCARD", "VERSION:2.1", "N;CHARSET=ISO-8859-1:M\xfcller;J\xf6rg", "FN:J\xf6rg M\xfcller", "TITLE;CHARSET=ISO-8859-15;QUOTED-PRINTABLE:=A4 =BDuvre", "ROLE;CHARSET=windows-1252:\x80", "END:VCARD"),
		"FN=Jörg Müller|N.family=Müller|N.given=Jörg|ROLE=€|TITLE=€ œuvre"},
	{"a photo of 2.1 and its blank line", crlf(
		"BEGIN:VCARD", "VERSION:2.1", "N:P", "FN:P", "PHOTO;JPEG;ENCODING=BASE64:", "  /9j/4AAQ", "  SkZJRg==", "", "TEL;CELL:1", "END:VCARD"),
		`FN=P|N.family=P|TEL mobile "1"|PHOTO image/jpeg 10`},
	{"a photo that a telephone did not indent", crlf(
		"BEGIN:VCARD", "VERSION:2.1", "N:P", "FN:P", "PHOTO;TYPE=JPEG;ENCODING=BASE64:/9j/", "4AAQ", "SkZJRg==", "", "TEL;CELL:1", "END:VCARD"),
		`FN=P|N.family=P|TEL mobile "1"|PHOTO image/jpeg 10`},
	{"a byte order mark", bom + crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:B;;;;", "FN:B", "END:VCARD"),
		"FN=B|N.family=B"},
	{"lower case and bare line feeds", strings.ReplaceAll(crlf(
		"begin:vcard", "version:3.0", "n:ek;ida;;;", "fn:Ida", "tel;type=cell:1", "email;type=internet,pref:i@ek.test", "end:vcard"), "\r\n", "\n"),
		`FN=Ida|N.family=ek|N.given=ida|EMAIL other* "i@ek.test"|TEL mobile "1"`},
	{"lines that are no properties", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:J;;;;", "not a property", "FN:J", "", "nor is: this", ":or this", "=D6;", "NOTE:kept", "END:VCARD"),
		"FN=J|N.family=J|NOTE=kept"},
	{"folds: tab, within a character, empty, in the head", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:F\xc3", " \x84;;;;", "FN:Fo", "\tld", " ", " ed", "TE", " L;TY", " PE=CELL:+4", " 6", "END:VCARD"),
		`FN=Folded|N.family=FÄ|TEL mobile "+46"`},
	{"folds of 2.1 keep their space", crlf(
		"BEGIN:VCARD", "VERSION:2.1", "N:F", "FN:Ida", " Ek", "END:VCARD"),
		"FN=Ida Ek|N.family=F"},
	{"Apple: groups, built-in and own labels, a year that is none", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//iOS 18//EN", "N:Ek;Ida;;Dr.;jun.", "FN:Dr. Ida Ek jun.", "item1.EMAIL;type=INTERNET;type=pref:i@ek.test", "item1.X-ABLabel:Sommerhaus",
		"item2.TEL:+46 1", "item2.X-ABLabel:_$!<Assistant>!$_", "TEL;type=IPHONE;type=CELL;type=VOICE:+46 2", "TEL;type=MAIN:+46 3", "item3.ADR;type=HOME:;;Väg 1\\nc/o Å;Lund;;22222;Sverige", "item3.X-ABADR:se",
		"item4.URL;type=pref:http\\://ek.test", "item4.X-ABLabel:_$!<HomePage>!$_", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", "END:VCARD"),
		`BDAY=--02-29|FN=Dr. Ida Ek jun.|N.family=Ek|N.given=Ida|N.prefix=Dr.|N.suffix=jun.|URL=http://ek.test|` +
			`EMAIL other* "i@ek.test" (Sommerhaus)|TEL assistant "+46 1"|TEL mobile "+46 2"|TEL main "+46 3"|ADR home [ ][ ][Väg 1⏎c/o Å][Lund][ ][22222][Sverige]`},
	{"all of 4.0: data photo, PREF, tel addresses, RFC 6868", crlf(
		"BEGIN:VCARD", "VERSION:4.0", "UID:urn:uuid:1a2b", "FN:Ida", "N:Ek;Ida;;;", "GENDER:F;she", "LANG:sv", "BDAY:--0229", "EMAIL;PREF=2:a@ek.test", "EMAIL;PREF=1;TYPE=work:b@ek.test",
		"TEL;VALUE=uri;TYPE=cell:tel:+46-70-1", "PHOTO:data:image/png;base64,iVBORw0KGgo=", "NOTE;X-Q=^'hi^'^n^^:n", "KIND:org", "END:VCARD"),
		`BDAY=--02-29|FN=Ida|N.family=Ek|N.given=Ida|NOTE=n|UID=urn:uuid:1a2b|X-GENDER=F|X-LANGUAGE=sv|EMAIL other "a@ek.test"|EMAIL work* "b@ek.test"|TEL mobile "+46-70-1"|PHOTO image/png 8|company`},
	{"a company with labels of its own", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:;;;;", "FN:Lab AB", "ORG:Lab AB;", "X-ABShowAs:COMPANY", "X-NUMBER:4711", "a.EMAIL;TYPE=INTERNET:f@lab.test", "a.X-ABLabel:Invoice", "b.ADR;TYPE=WORK:;;Kaj 1;Lund;;2;SE", "B.X-ABLABEL:delivery", "END:VCARD"),
		`FN=Lab AB|ORG.1=Lab AB|X-NUMBER=4711|EMAIL invoice "f@lab.test"|ADR delivery [ ][ ][Kaj 1][Lund][ ][2][SE]|company`},
	{"phones: every family, and a number for both", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:T;;;;", "FN:T", "TEL:1", "TEL;TYPE=WORK,VOICE,PREF:2", "TEL;TYPE=CELL,WORK:3", "TEL;TYPE=PAGER:4", "TEL;TYPE=FAX:5", "TEL;TYPE=HOME;TYPE=FAX:6", "TEL;TYPE=WORK,VOICE,FAX:7", "TEL;TYPE=X-EVOLUTION-ASSISTANT:8", "TEL;TYPE=WORK:", "END:VCARD"),
		`FN=T|N.family=T|TEL other "1"|TEL work* "2"|TEL mobile "3"|TEL pager "4"|TEL work "7"|TEL assistant "8"|FAX other "5"|FAX home "6"`},
	{"a date that is none", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:D;;;;", "FN:D", "BDAY:1990-02-30", "END:VCARD"),
		"BDAY=1990-02-30|FN=D|N.family=D"},
	{"a date with a time, one in words", crlf(
		"BEGIN:VCARD", "VERSION:4.0", "FN:D", "BDAY;VALUE=date-time:19960415T231000Z", "ANNIVERSARY;VALUE=text:circa 1800", "END:VCARD"),
		"BDAY=1996-04-15|FN=D"},
	{"a card within a card", crlf(
		"BEGIN:VCARD", "VERSION:2.1", "N:Boss", "FN:Boss", "AGENT:", "BEGIN:VCARD", "VERSION:2.1", "N:Aide", "TEL;WORK:2", "END:VCARD", "TEL;WORK:1", "END:VCARD"),
		`FN=Boss|N.family=Boss|TEL work "1"`},
	{"another kind of component inside", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:C;;;;", "FN:C", "BEGIN:VTODO", "SUMMARY:x", "END:VTODO", "END:VCARD"),
		"FN=C|N.family=C"},
	{"empty properties, as SyncEvolution adds them", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "PRODID:-//x", "REV:20261122T030000Z", "UID:", "N:Ek;Ida;;;", "X-EVOLUTION-FILE-AS:Ek\\, Ida", "FN:Ida Ek", "X-GENDER:", "GEO:", "ORG:Lab;;;", "NOTE:", "TEL;TYPE=WORK:", "ADR;TYPE=WORK:;;;;;;", "CATEGORIES:", "PHOTO:", "END:VCARD"),
		"FN=Ida Ek|N.family=Ek|N.given=Ida|ORG.1=Lab|X-EVOLUTION-FILE-AS=Ek, Ida"},
	{"no version, no line end after END", strings.TrimSuffix(crlf(
		"BEGIN:VCARD", "N:V;W", "FN:V", "END:VCARD"), "\r\n"),
		"FN=V|N.family=V|N.given=W"},
	{"stray quotes and empty parameters", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:S;;;;", "FN:S", `TEL;X="5:1`, "TEL;;TYPE=HOME;:2", "EMAIL ;TYPE=WORK : s@s.test", "END:VCARD"),
		`FN=S|N.family=S|EMAIL work " s@s.test"|TEL other "1"|TEL home "2"`},
	{"doubled carriage returns, a NUL, trailing spaces", "BEGIN:VCARD \r\r\nVERSION:3.0\r\r\nN:R;;;;\r\r\nFN:R\x00 \r\r\nEND:VCARD\t\r\n \r\n\r\n",
		"FN=R\x00 |N.family=R"},
	{"a picture that is only an address", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:U;;;;", "FN:U", "PHOTO;VALUE=uri:https://a.test/p.jpg", "END:VCARD"),
		"FN=U|N.family=U|PHOTO https://a.test/p.jpg"},
	{"a label that is a line of its own, and unknown lines", crlf(
		"BEGIN:VCARD", "VERSION:3.0", "N:L;;;;", "FN:L", "LABEL;TYPE=WORK:Kaj 1\\n2 Lund", "ADR;TYPE=WORK:;;Kaj 1;Lund;;2;", "X-foo-Bar;x=1:a;b", "KEY;ENCODING=b:AAAA", "END:VCARD"),
		"FN=L|N.family=L|X-FOO-BAR=a;b|ADR work [ ][ ][Kaj 1][Lund][ ][2][ ]"},
}

// rewritten are pairs: a card as put and as a server gave it back. They must
// show the same contact.
var rewritten = []struct {
	name, put, got string
}{
	{"Radicale sorts, joins TYPE, capitalises X- and escapes addresses",
		crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u1", "N:Ärlig;Anna;;;", "FN:Anna Ärlig", "item1.TEL;TYPE=INTERNET;TYPE=pref:1", "item1.X-ABLabel:Assistenz", "URL:http://a.test/x;y", "TEL;TYPE=WORK;TYPE=VOICE:2", "X-Sync-Id:crm:42", "END:VCARD"),
		crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u1", "FN:Anna Ärlig", "N:Ärlig;Anna;;;", "ITEM1.TEL;TYPE=INTERNET,pref:1", "TEL;TYPE=WORK,VOICE:2", "URL:http://a.test/x\\;y", "ITEM1.X-ABLABEL:Assistenz", "X-SYNC-ID:crm:42", "END:VCARD")},
	{"SOGo cuts empty parts, capitalises groups, turns parameters round, ends without a line end",
		crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u1", "N:Ärlig;Anna;;;", "FN:Anna", "item1.TEL;TYPE=WORK,VOICE;X-P=1:1", "item1.X-ABLabel:Stuga", "ADR;TYPE=HOME:;;Väg;Lund;;;", "END:VCARD"),
		strings.TrimSuffix(crlf("BEGIN:VCARD", "UID:u1", "VERSION:3.0", "N:Ärlig;Anna", "FN:Anna", "ITEM1.TEL;X-P=1;TYPE=VOICE,WORK:1", "ITEM1.X-ABLABEL:Stuga", "ADR;TYPE=HOME:;;Väg;Lund", "END:VCARD"), "\r\n")},
	{"SOGo relabels 4.0 as 3.0 and escapes data and tel addresses",
		crlf("BEGIN:VCARD", "VERSION:4.0", "UID:u1", "N:Ek;Ida;;;", "FN:Ida", "PHOTO:data:image/jpeg;base64,/9j/4AAQ", "TEL;VALUE=uri;TYPE=work:tel:+46-40-1;ext=3", "END:VCARD"),
		crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u1", "N:Ek;Ida", "FN:Ida", "PHOTO:data:image/jpeg\\;base64\\,/9j/4AAQ", "TEL;TYPE=work;VALUE=uri:tel:+46-40-1\\;ext=3", "END:VCARD")},
	{"DAViCal adds REV, refolds, capitalises groups and X- names",
		crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u1", "N:Ek;Ida;;;", "FN:Ida", "item1.EMAIL;TYPE=INTERNET,WORK:ida@ek.test", "item1.X-ABLabel:Stuga", "NOTE:a long note that is refolded by the server though nobody asked for it", "END:VCARD"),
		crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u1", "N:Ek;Ida;;;", "FN:Ida", "ITEM1.EMAIL;TYPE=INTERNET,WORK:ida@ek.test", "ITEM1.X-ABLABEL:Stuga", "NOTE:a long note that is refolded by", " \x20the server though nobody asked for it", "REV:20261122T030000Z", "END:VCARD")},
	{"SyncEvolution adds empty properties and parts",
		crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u1", "N:Ek;Ida", "FN:Ida", "ORG:Lab", "END:VCARD"),
		crlf("BEGIN:VCARD", "VERSION:3.0", "PRODID:-//S", "UID:u1", "GEO:", "X-GENDER:", "N:Ek;Ida;;;", "FN:Ida", "ORG:Lab;;", "TEL:", "END:VCARD")},
	{"a server makes 2.1 into 3.0",
		crlf("BEGIN:VCARD", "VERSION:2.1", "UID:u1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=84rlig;Anna;;;", "FN:Anna", "TEL;CELL;PREF:1", "PHOTO;JPEG;ENCODING=BASE64:/9j/4AAQ", "", "END:VCARD"),
		crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u1", "N:Ärlig;Anna", "FN:Anna", "TEL;TYPE=CELL,PREF:1", "PHOTO;TYPE=JPEG;ENCODING=b:/9j/4AAQ", "END:VCARD")},
}

func crlf(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }
