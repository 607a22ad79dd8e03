package carddav_test

import (
	"fmt"
	"html"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kith/internal/sim/carddav"
	"kith/lab"
)

// The presets that play a server of the lab answer as it does: the same
// conversation, compared line by line. A difference is an error in the preset,
// never in the real server.
func TestPresetsAnswerAsTheRealServers(t *testing.T) {
	for server, preset := range map[string]func() carddav.Software{
		"radicale": carddav.Radicale, "xandikos": carddav.Xandikos, "davical": carddav.DAViCal, "sogo": carddav.SOGo,
	} {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			book := lab.CardDAV(t, server)
			_, simulated := serve(t, carddav.Options{Software: preset()})
			got := converse(simulated)
			want := converse(client{t, book.URL, book.User, book.Password})
			if len(got) != len(want) {
				t.Fatalf("%d findings, want %d", len(got), len(want))
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%s: the simulator: %s\nthe real server: %s", got[i].step, got[i].found, want[i].found)
				}
			}
		})
	}
}

// finding is what one step of the conversation showed.
type finding struct{ step, found string }

// converse puts a server through what clients do, and what they should not.
func converse(c client) (all []finding) {
	c.t.Helper()
	home := c.book[:strings.LastIndex(strings.TrimSuffix(c.book, "/"), "/")+1]
	say := func(step string, parts ...string) { all = append(all, finding{step, strings.Join(parts, " ")}) }
	code := func(r reply) string { return strconv.Itoa(r.status) }
	etag := func(name string) string { return c.ask("GET", name, "").header.Get("ETag") }
	self := path.Base(c.book)
	listed := func(r reply) string {
		if r.status != 207 {
			return code(r)
		}
		s := r.members(c.t).summary()
		for i := range s {
			if strings.HasPrefix(s[i], self+" ") {
				s[i] = "the book" // whether it has an entity tag varies with DAViCal
			}
		}
		slices.Sort(s)
		return strings.Join(s, ", ")
	}

	r := c.ask("GET", wellKnown(c.t, c.book), "")
	say("well-known", code(r))
	r = c.xml("PROPFIND", home, "0", "<D:propfind><D:prop><D:current-user-principal/></D:prop></D:propfind>")
	say("principal", code(r), has(r.body, "current-user-principal"), has(r.body, "href"))
	r = c.xml("PROPFIND", "", "0", "<D:propfind><D:prop><D:resourcetype/><D:sync-token/><CS:getctag/><C:max-resource-size/><C:supported-address-data/><D:supported-report-set/></D:prop></D:propfind>")
	for _, p := range []string{"addressbook", "sync-collection", "addressbook-multiget", "addressbook-query", "404 Not Found", `version="3.0"`, "6550000"} {
		say("properties", p, has(r.body, p))
	}

	say("sync of nothing", listed(c.sync("", "")))
	r = c.put("a.vcf", rich("a", "Ärlig"), "If-None-Match", "*")
	say("create", code(r), "etag", yes(r.header.Get("ETag") != ""))
	say("stored", stored(c, "a.vcf"))
	first := etag("a.vcf")
	say("create again", code(c.put("a.vcf", rich("a", "Anders"), "If-None-Match", "*")), "changed", yes(etag("a.vcf") != first))
	say("put over", code(c.put("a.vcf", rich("a", "Ärlig"))))
	say("create b", code(c.put("b.vcf", card("b", "Berg"))))
	say("same first etag", yes(etag("b.vcf") == first))
	token := c.sync("", "").members(c.t).Token
	say("listing", listed(c.xml("PROPFIND", "", "1", "<D:propfind><D:prop><D:getetag/></D:prop></D:propfind>")))
	say("first sync", listed(c.sync("", "")))

	good := etag("a.vcf")
	say("update", code(c.put("a.vcf", rich("a", "Öberg"), "If-Match", good)), "changed", yes(etag("a.vcf") != good))
	say("stale update", code(c.put("a.vcf", rich("a", "Åberg"), "If-Match", good)))
	say("same bytes", "changed", sameSecond(func() string {
		c.put("a.vcf", rich("a", "Öberg"))
		before := etag("a.vcf")
		c.put("a.vcf", rich("a", "Öberg"))
		return yes(etag("a.vcf") != before)
	}))
	say("update of nothing", code(c.put("none.vcf", card("none", "None"), "If-Match", `"x"`)))
	say("conditional get", code(c.ask("GET", "a.vcf", "", "If-None-Match", etag("a.vcf"))))
	say("get of nothing", code(c.ask("GET", "none.vcf", "")))
	say("stale delete", code(c.ask("DELETE", "b.vcf", "", "If-Match", `"stale"`)), "left", code(c.ask("GET", "b.vcf", "")))
	c.put("b.vcf", card("b", "Berg"))
	say("etag after recreation is the first", yes(etag("b.vcf") == first))
	r = c.ask("DELETE", "b.vcf", "", "If-Match", etag("b.vcf"))
	say("delete", code(r), "multistatus", has(r.body, "multistatus"))
	say("delete again", code(c.ask("DELETE", "b.vcf", "")))
	c.put("c.vcf", card("c", "Ceder"))
	say("changes", listed(c.sync(token, "")))
	r = c.sync("http://lab.test/bogus", "")
	say("unknown token", listed(r), has(r.body, "valid-sync-token"))
	r = c.sync("", "<D:limit><D:nresults>1</D:nresults></D:limit>")
	say("limited", listed(r), inside(r, 507))
	say("first sync after a removal", listed(c.sync("", "")))

	r = c.multiget("a.vcf", "gone.vcf")
	say("multiget", listed(r), "data", yes(strings.Contains(r.body, "BEGIN:VCARD")))
	query := func(filter string) string {
		return listed(c.xml("REPORT", "", "1", "<C:addressbook-query><D:prop><D:getetag/></D:prop><C:filter>"+filter+"</C:filter></C:addressbook-query>"))
	}
	match := func(name, how, text string) string {
		return `<C:prop-filter name="` + name + `"><C:text-match collation="i;unicode-casemap" match-type="` + how + `">` + text + `</C:text-match></C:prop-filter>`
	}
	say("query by mail", query(match("EMAIL", "contains", "A@LAB.TEST")))
	say("query for nobody", query(match("EMAIL", "equals", "nobody@lab.test")))
	say("query by an unknown property", query(match("X-KITH", "equals", "nobody")))
	say("query by absence", query(`<C:prop-filter name="NICKNAME"><C:is-not-defined/></C:prop-filter>`))
	r = c.xml("REPORT", "", "1", `<C:addressbook-query><D:prop><C:address-data><C:prop name="FN"/></C:address-data></D:prop><C:filter>`+match("EMAIL", "contains", "a@lab.test")+"</C:filter></C:addressbook-query>")
	say("part of a card", code(r), "other properties", yes(strings.Contains(r.body, "ORG:")))

	say("4.0", code(c.put("v4.vcf", strings.Replace(card("v4", "Fyra"), "3.0", "4.0", 1))), stored(c, "v4.vcf"))
	say("data uri", code(c.put("v4p.vcf", strings.Replace(strings.Replace(card("v4p", "Bild"), "3.0", "4.0", 1), "END", "PHOTO:data:image/gif;base64,R0lGODlhAQABAAAAACw=\r\nEND", 1))), stored(c, "v4p.vcf"))
	for i, photo := range []string{`PHOTO:data:image/gif\;base64\,R0lGODlhAQABAAAAACw=`, "PHOTO;ENCODING=b;TYPE=GIF:R0lGODlhAQABAAAAACw="} {
		name := fmt.Sprintf("v4-%d.vcf", i)
		text := strings.NewReplacer("VERSION:3.0", "VERSION:4.0", "END:", photo+"\r\nEND:").Replace(card(name, "Bild"))
		say("picture in another form", photo, code(c.put(name, text)), has(stored(c, name), "R0lGODlhAQABAAAAACw="))
	}
	for i, rev := range []string{"", "REV:2026-01-02T03:04:05Z\r\n", "REV:20260102T030405Z\r\n"} {
		name := fmt.Sprintf("escaped-%d.vcf", i)
		say("escaped", rev, code(c.put(name, escaped(name, rev))), stored(c, name), "REV kept", has(c.ask("GET", name, "").body, "REV:20260102T030405Z"))
	}
	say("same uid", code(c.put("a2.vcf", card("a", "Zwei"))))
	c.ask("DELETE", "a2.vcf", "")
	say("other uid", code(c.put("c.vcf", card("other", "Ceder"))))
	r = c.put("nouid.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:No Uid\r\nN:Uid;No;;;\r\nEND:VCARD\r\n")
	say("no uid", code(r), "given one", yes(strings.Contains(c.ask("GET", "nouid.vcf", "").body, "\nUID")))
	say("no fn", code(c.put("nofn.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:nofn\r\nEND:VCARD\r\n")))
	r = c.put("bad.vcf", "garbage")
	say("garbage", code(r), "inner 412", inside(r, 412), "stored", code(c.ask("GET", "bad.vcf", "")))
	say("two cards", code(c.put("two.vcf", card("t1", "Eins")+card("t2", "Zwei"))))
	odd := "o%20b%40%C3%A5%2Bc.vcf"
	c.put(odd, card("odd", "Odd"))
	say("odd href", has(c.sync("", "").body, odd))
	say("odd href in a sync, raw", has(html.UnescapeString(c.sync("", "").body), "o b@å+c.vcf"))
	r = c.xml("PROPFIND", "", "1", "<D:propfind><D:prop><D:getetag/></D:prop></D:propfind>")
	say("odd href listed", has(r.body, odd), "loose", has(r.body, "o%20b@%C3%A5%2Bc.vcf"))
	say("odd href missing, raw", has(html.UnescapeString(c.multiget("p%20q.vcf").body), "p q.vcf"))
	say("move", code(c.ask("MOVE", "c.vcf", "", "Destination", c.book+"m.vcf", "Overwrite", "F")), code(c.ask("GET", "m.vcf", "")))
	say("put into no book", code(c.put(home+"nobook/x.vcf", card("x", "X"))))
	say("propfind of no book", listed(c.xml("PROPFIND", home+"nobook/", "1", "<D:propfind><D:prop><D:getetag/></D:prop></D:propfind>"))[:3])
	say("sync of no book", code(c.xml("REPORT", home+"nobook/", "0", "<D:sync-collection><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>")))
	say("book made twice", code(c.xml("MKCOL", "", "0", "<D:mkcol><D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype></D:prop></D:set></D:mkcol>")))
	c.password = "wrong"
	say("wrong password", code(c.ask("PROPFIND", "", "")))
	return all
}

// sameSecond repeats something until it happens within one second: some servers
// write the time into the card.
func sameSecond(do func() string) string {
	for {
		start := time.Now().Unix()
		if found := do(); time.Now().Unix() == start {
			return found
		}
	}
}

// rich is a card with what servers like to change.
func rich(uid, family string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:Anna " + family + "\r\nN:" + family + ";Anna;;;\r\n" +
		"EMAIL;TYPE=INTERNET;TYPE=WORK:a@lab.test\r\nitem1.TEL;TYPE=CELL:+46 70 1\r\nitem1.X-ABLabel:Boss\r\nORG:Lab;Sales\r\n" +
		"X-Kith-Test:kept\r\nURL:http://x.test/?a=1;b=2\r\nEND:VCARD\r\n"
}

// escaped is a card in which what parts values also stands within them.
func escaped(uid, rev string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:Meyer\\, Anna\r\nN:Meyer\\;Ek;Anna\\,Maria;;;\r\n" +
		"ORG:Meyer\\; Söhne;Einkauf\\, Nord\r\nADR;TYPE=HOME:;;Str\\, 1;Ort\\;X;;123;SE\r\nCATEGORIES:a,b\\,c,d\\;e\r\n" +
		"NOTE:C:\\\\neu\\\\x\\, und\\; mehr\\nZeile\r\nNICKNAME:Al\\,i,Bo\r\nTITLE:Chef\\, neu\\; alt\r\n" +
		"X-KITH-ID:a:b\\;c\r\n" + rev + "END:VCARD\r\n"
}

// stored is a card as the server keeps it; the time it was stored does not
// count.
func stored(c client, name string) string {
	r := c.ask("GET", name, "")
	var lines []string
	for line := range strings.Lines(strings.NewReplacer("\r\n ", "", "\r", "").Replace(r.body)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "REV:") {
			line = "REV:…"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, " | ") + " ends " + yes(strings.HasSuffix(r.body, "\n")) + " " + strings.ReplaceAll(r.header.Get("Content-Type"), `"`, "")
}

func wellKnown(t *testing.T, book string) string {
	t.Helper()
	u, err := url.Parse(book)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scheme + "://" + u.Host + "/.well-known/carddav"
}

// inside tells whether a status stands in an answer. It stands between blanks:
// digits alone are in the one or other entity tag by chance.
func inside(r reply, status int) string { return has(r.body, fmt.Sprintf(" %d ", status)) }

func has(text, part string) string { return yes(strings.Contains(text, part)) }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
