package carddav_test

import (
	"encoding/xml"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kith/internal/sim/carddav"
)

// Every switch makes a difference, and the one it says: what a client sees of a
// server that keeps to the specifications, and of one with the switch.
func TestSwitches(t *testing.T) {
	q := func(set func(*carddav.Quirks)) func(*carddav.Software) {
		return func(s *carddav.Software) { set(&s.Quirks) }
	}
	list := func(c client) []string {
		return c.xml("PROPFIND", "", "1", "<D:propfind><D:prop><D:getetag/></D:prop></D:propfind>").members(c.t).summary()
	}
	statusOf := func(method, name string, headers ...string) func(*carddav.Server, client) string {
		return func(_ *carddav.Server, c client) string { return code(c.ask(method, name, "", headers...)) }
	}
	hrefs := func(_ *carddav.Server, c client) string {
		c.put("o%40%C3%A5.vcf", card("o", "Odd"))
		return strings.ReplaceAll(c.sync("", "").members(c.t).Responses[0].Href, c.book, "BOOK/")
	}
	covered := map[string]bool{"Rewrite": true, "HTTP10": true} // TestRewrites, TestHTTP10
	for _, s := range []struct {
		name  string
		set   func(*carddav.Software)
		see   func(*carddav.Server, client) string
		plain string
		with  string
	}{
		{"ETags", q(func(q *carddav.Quirks) { q.ETags = carddav.ETagCounter }), func(_ *carddav.Server, c client) string {
			first := c.put("a.vcf", card("a", "A")).header.Get("ETag")
			c.put("a.vcf", card("a", "B"))
			c.ask("DELETE", "a.vcf", "")
			return yes(c.put("a.vcf", card("a", "C")).header.Get("ETag") == first)
		}, "no", "yes"},
		{"NoETagOnPut", q(func(q *carddav.Quirks) { q.NoETagOnPut = true }), func(_ *carddav.Server, c client) string {
			return yes(c.put("a.vcf", card("a", "A")).header.Get("ETag") == "")
		}, "no", "yes"},
		{"IgnoreIfNoneMatch", q(func(q *carddav.Quirks) { q.IgnoreIfNoneMatch = true }), func(_ *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "A"))
			return code(c.put("a.vcf", card("a", "B"), "If-None-Match", "*"))
		}, "412", "204"},
		{"IgnoreIfMatchOnDelete", q(func(q *carddav.Quirks) { q.IgnoreIfMatchOnDelete = true }), func(s *carddav.Server, c client) string {
			s.Book("alice", "contacts").Put("a.vcf", card("a", "A"))
			return code(c.ask("DELETE", "a.vcf", "", "If-Match", `"stale"`))
		}, "412", "204"},
		{"UpdateStatus", q(func(q *carddav.Quirks) { q.UpdateStatus = 201 }), func(_ *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "A"))
			return code(c.put("a.vcf", card("a", "B")))
		}, "204", "201"},
		{"DeleteStatus", q(func(q *carddav.Quirks) { q.DeleteStatus = 200 }), func(_ *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "A"))
			return code(c.ask("DELETE", "a.vcf", ""))
		}, "204", "200"},
		{"MoveStatus", q(func(q *carddav.Quirks) { q.MoveStatus = 200 }), moved, "201 b.vcf", "200 b.vcf"},
		{"MoveRenames", q(func(q *carddav.Quirks) { q.MoveRenames = true }), moved, "201 b.vcf", "201 another"},
		{"NoMove", q(func(q *carddav.Quirks) { q.NoMove = true }), moved, "201 b.vcf", "405 a.vcf"},
		{"NoBookStatus", q(func(q *carddav.Quirks) { q.NoBookStatus = 404 }), func(s *carddav.Server, c client) string {
			s.Book("alice", "contacts").Unmake()
			return code(c.put("a.vcf", card("a", "A")))
		}, "409", "404"},
		{"OwnHrefs", q(func(q *carddav.Quirks) { q.OwnHrefs = true }), func(s *carddav.Server, c client) string {
			at := c.put("a.vcf", card("a", "A")).header.Get("Location")
			return yes(at != "" && at == c.book+s.Book("alice", "contacts").Names()[0])
		}, "no", "yes"},
		{"NoMkcol", q(func(q *carddav.Quirks) { q.NoMkcol = true }), func(s *carddav.Server, c client) string { return mkcol(c) }, "201 New", "405"},
		{"IgnoreDisplayName", q(func(q *carddav.Quirks) { q.IgnoreDisplayName = true }), func(s *carddav.Server, c client) string { return mkcol(c) }, "201 New", "201 other"},
		{"Garbage 207", q(func(q *carddav.Quirks) { q.Garbage = carddav.GarbageInner }), garbage, "403 no", "207 no"},
		{"Garbage stored", q(func(q *carddav.Quirks) { q.Garbage = carddav.GarbageStored }), garbage, "403 no", "201 yes"},
		{"Garbage not found", q(func(q *carddav.Quirks) { q.Garbage = carddav.GarbageNotFound }), garbage, "403 no", "404 no"},
		{"RefuseGarbageWith", q(func(q *carddav.Quirks) { q.RefuseGarbageWith = 400 }), garbage, "403 no", "400 no"},
		{"Incomplete kept", q(func(q *carddav.Quirks) { q.Incomplete = carddav.IncompleteKept }), incomplete, "403 no", "201 no"},
		{"Incomplete completed", q(func(q *carddav.Quirks) { q.Incomplete = carddav.IncompleteCompleted }), incomplete, "403 no", "201 yes"},
		{"RefuseIncompleteWith", q(func(q *carddav.Quirks) { q.RefuseIncompleteWith = 400 }), incomplete, "403 no", "400 no"},
		{"RefuseTwo", q(func(q *carddav.Quirks) { q.RefuseTwo = true }), func(_ *carddav.Server, c client) string {
			return code(c.put("a.vcf", card("a", "A")+card("b", "B")))
		}, "201", "403"},
		{"AcceptSameUID", q(func(q *carddav.Quirks) { q.AcceptSameUID = true }), sameUID, "409", "201"},
		{"SameUIDStatus", q(func(q *carddav.Quirks) { q.SameUIDStatus = 400 }), sameUID, "409", "400"},
		{"UIDFixed", q(func(q *carddav.Quirks) { q.UIDFixed = true }), func(_ *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "A"))
			return code(c.put("a.vcf", card("b", "A")))
		}, "204", "409"},
		{"Refuse40", q(func(q *carddav.Quirks) { q.Refuse40 = true }), func(_ *carddav.Server, c client) string {
			return code(c.put("a.vcf", strings.Replace(card("a", "A"), "3.0", "4.0", 1)))
		}, "201", "415"},
		{"MaxSize", q(func(q *carddav.Quirks) { q.MaxSize = 20 }), func(_ *carddav.Server, c client) string {
			return code(c.put("a.vcf", card("a", "A"))) + " " + yes(strings.Contains(properties(c), ">20<"))
		}, "201 no", "403 yes"},
		{"Only30", q(func(q *carddav.Quirks) { q.Only30 = true }), func(_ *carddav.Server, c client) string {
			return yes(strings.Contains(properties(c), `version="3.0"`))
		}, "no", "yes"},
		{"BookETag", q(func(q *carddav.Quirks) { q.BookETag = true }), func(_ *carddav.Server, c client) string { return list(c)[0] }, "contacts 404", "contacts 200"},
		{"NoCTag", q(func(q *carddav.Quirks) { q.NoCTag = true }), func(_ *carddav.Server, c client) string {
			return yes(strings.Contains(properties(c), "getctag>"))
		}, "yes", "no"},
		{"ContentType", q(func(q *carddav.Quirks) { q.ContentType = "text/x-vcard" }), func(_ *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "A"))
			return c.ask("GET", "a.vcf", "").header.Get("Content-Type")
		}, "text/vcard; charset=utf-8", "text/x-vcard"},
		{"NoNotModified", q(func(q *carddav.Quirks) { q.NoNotModified = true }), func(_ *carddav.Server, c client) string {
			tag := c.put("a.vcf", card("a", "A")).header.Get("ETag")
			return code(c.ask("GET", "a.vcf", "", "If-None-Match", tag))
		}, "304", "200"},
		{"MultigetOmitsMissing", q(func(q *carddav.Quirks) { q.MultigetOmitsMissing = true }), func(_ *carddav.Server, c client) string {
			return fmt.Sprint(c.multiget("gone.vcf").members(c.t).summary())
		}, "[gone.vcf 404]", "[]"},
		{"MultigetStatus", q(func(q *carddav.Quirks) { q.MultigetStatus = 404 }), func(_ *carddav.Server, c client) string { return code(c.multiget("a.vcf")) }, "207", "404"},
		{"QueryFails", q(func(q *carddav.Quirks) { q.QueryFails = true }), query, "a.vcf 200", "500"},
		{"QueryKnows", q(func(q *carddav.Quirks) { q.QueryKnows = []string{"FN"} }), query, "a.vcf 200", "a.vcf 200, b.vcf 200"},
		{"WholeCards", q(func(q *carddav.Quirks) { q.WholeCards = true }), func(_ *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "A"))
			r := c.xml("REPORT", "", "1", `<C:addressbook-query><D:prop><C:address-data><C:prop name="FN"/></C:address-data></D:prop><C:filter/></C:addressbook-query>`)
			return yes(strings.Contains(r.body, "FN:")) + " " + yes(strings.Contains(r.body, "UID:"))
		}, "yes no", "yes yes"},
		{"CardDataAsProperty", q(func(q *carddav.Quirks) { q.CardDataAsProperty = true }), func(_ *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "A"))
			return yes(strings.Contains(c.xml("PROPFIND", "a.vcf", "0", "<D:propfind><D:prop><C:address-data/></D:prop></D:propfind>").body, "BEGIN"))
		}, "no", "yes"},
		{"Hrefs loose", q(func(q *carddav.Quirks) { q.Hrefs = carddav.HrefsLoose }), hrefs, "/dav/books/alice/contacts/o%40%C3%A5.vcf", "/dav/books/alice/contacts/o@%C3%A5.vcf"},
		{"Hrefs lower", q(func(q *carddav.Quirks) { q.Hrefs = carddav.HrefsLower }), hrefs, "/dav/books/alice/contacts/o%40%C3%A5.vcf", "/dav/books/alice/contacts/o%40%c3%a5.vcf"},
		{"Hrefs absolute", q(func(q *carddav.Quirks) { q.Hrefs = carddav.HrefsAbsolute }), hrefs, "/dav/books/alice/contacts/o%40%C3%A5.vcf", "BOOK/o%40%C3%A5.vcf"},
		{"RawHrefs", q(func(q *carddav.Quirks) { q.RawHrefs = true }), hrefs, "/dav/books/alice/contacts/o%40%C3%A5.vcf", "/dav/books/alice/contacts/o@å.vcf"},
		{"MissingAs207", q(func(q *carddav.Quirks) { q.MissingAs207 = true }), statusOf("PROPFIND", "nothing.vcf", "Depth", "0"), "404", "207"},
		{"NoHomeSetAbove", q(func(q *carddav.Quirks) { q.NoHomeSetAbove = true }), func(_ *carddav.Server, c client) string {
			r := c.xml("PROPFIND", root(c, "/dav/"), "0", "<D:propfind><D:prop><C:addressbook-home-set/></D:prop></D:propfind>")
			return r.members(c.t).Responses[0].code()
		}, "200", "404"},
		{"Extra", q(func(q *carddav.Quirks) { q.Extra = []string{"inbox"} }), func(_ *carddav.Server, c client) string {
			r := c.xml("PROPFIND", root(c, "/dav/books/alice/"), "1", "<D:propfind><D:prop><D:resourcetype/></D:prop></D:propfind>")
			var all []string
			for _, m := range r.members(c.t).Responses {
				all = append(all, name(m.Href)+" "+yes(m.Propstats[0].Type.Book != nil))
			}
			return strings.Join(all, ", ")
		}, "alice no, contacts yes", "alice no, contacts yes, inbox no"},
		{"NoSync", q(func(q *carddav.Quirks) { q.NoSync = true }), func(_ *carddav.Server, c client) string {
			return code(c.sync("", "")) + " " + yes(strings.Contains(properties(c), "sync-collection"))
		}, "207 yes", "403 no"},
		{"UnknownToken 500", q(func(q *carddav.Quirks) { q.UnknownToken = 500 }), unknownToken, "403", "500"},
		{"UnknownToken 207", q(func(q *carddav.Quirks) { q.UnknownToken = 207 }), unknownToken, "403", "a.vcf 200"},
		{"UnknownTokenRemoved", q(func(q *carddav.Quirks) { q.UnknownToken, q.UnknownTokenRemoved = 207, true }), unknownToken, "403", "a.vcf 200, b.vcf 404"},
		{"InitialRemoved", q(func(q *carddav.Quirks) { q.InitialRemoved = true }), func(s *carddav.Server, c client) string {
			change(s)
			return summary(c.sync("", ""))
		}, "a.vcf 200", "a.vcf 200, b.vcf 404"},
		{"IgnoreLimit", q(func(q *carddav.Quirks) { q.IgnoreLimit = true }), limited, "1 then 1", "2 then 0"},
		{"LimitLoses", q(func(q *carddav.Quirks) { q.LimitLoses = true }), limited, "1 then 1", "1 then 0"},
		{"SyncPage", q(func(q *carddav.Quirks) { q.SyncPage = 1 }), func(s *carddav.Server, c client) string {
			two(s)
			return summary(c.sync("", ""))
		}, "a.vcf 200, b.vcf 200", "a.vcf 200, contacts 507"},
		{"StatusAndPropstat", q(func(q *carddav.Quirks) { q.StatusAndPropstat = true }), func(s *carddav.Server, c client) string {
			two(s)
			return c.sync("", "").members(c.t).with(c.t, "a.vcf").Status
		}, "", "HTTP/1.1 201 Created"},
		{"SyncRepeats", q(func(q *carddav.Quirks) { q.SyncRepeats = true }), delta, "a.vcf 200, b.vcf 404", "a.vcf 200, a.vcf 200, b.vcf 404, b.vcf 404"},
		{"SyncStrangers", q(func(q *carddav.Quirks) { q.SyncStrangers = true }), delta, "a.vcf 200, b.vcf 404", "a.vcf 200, b.vcf 404, never-was.vcf 404"},
		{"SyncBackwards", q(func(q *carddav.Quirks) { q.SyncBackwards = true }), delta, "a.vcf 200, b.vcf 404", "b.vcf 404, a.vcf 200"},
		{"Tokens in seconds", q(func(q *carddav.Quirks) { q.Tokens = carddav.TokenSeconds }), func(s *carddav.Server, c client) string {
			two(s)
			return fmt.Sprint(len(c.sync(c.sync("", "").members(c.t).Token, "").members(c.t).Responses))
		}, "0", "2"},
		{"Bearer", q(func(q *carddav.Quirks) { q.Bearer = true }), statusOf("GET", "a.vcf", "Authorization", "Bearer alice"), "401", "404"},
		{"Skew", q(func(q *carddav.Quirks) { q.Skew = 3600 }), func(_ *carddav.Server, c client) string {
			return c.ask("GET", "", "").header.Get("Date")
		}, "Sun, 22 Nov 2026 10:00:00 GMT", "Sun, 22 Nov 2026 11:00:00 GMT"},
		{"WellKnown", func(s *carddav.Software) { s.Layout.WellKnown = 200 }, func(_ *carddav.Server, c client) string {
			r := c.ask("GET", root(c, "/.well-known/carddav"), "")
			return code(r) + " " + r.header.Get("Location")
		}, "301 /dav/", "200 "},
		{"Outside", func(s *carddav.Software) { s.Layout.Outside = 200 }, func(_ *carddav.Server, c client) string {
			return code(c.ask("PROPFIND", root(c, "/elsewhere/"), ""))
		}, "404", "200"},
		{"Old", func(s *carddav.Software) { s.Layout.Old, s.Layout.OldStatus = "/old/", 308 }, func(_ *carddav.Server, c client) string {
			r := c.ask("PROPFIND", root(c, "/old/books/alice/contacts/"), "")
			return code(r) + " " + r.header.Get("Location")
		}, "404 ", "308 /dav/books/alice/contacts/"},
	} {
		word, _, _ := strings.Cut(s.name, " ")
		covered[word] = true
		t.Run(s.name, func(t *testing.T) {
			plain, special := carddav.Plain(), carddav.Plain()
			s.set(&special)
			noon := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
			for _, side := range []struct {
				what string
				soft carddav.Software
				want string
			}{{"the plain server", plain, s.plain}, {"the server with the switch", special, s.with}} {
				server, c := serve(t, carddav.Options{Software: side.soft, Now: func() time.Time { return noon }})
				if got := s.see(server, c); got != side.want {
					t.Errorf("%s shows %q, want %q", side.what, got, side.want)
					for _, line := range server.Log() {
						t.Log(line)
					}
				}
			}
		})
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[carddav.Quirks]()) {
		if !covered[field.Name] {
			t.Errorf("no test throws the switch %s", field.Name)
		}
	}
}

func code(r reply) string { return fmt.Sprint(r.status) }

func summary(r reply) string {
	var m members
	if r.status != 207 || xml.Unmarshal([]byte(r.body), &m) != nil {
		return code(r)
	}
	return strings.Join(m.summary(), ", ")
}

func root(c client, path string) string {
	at := strings.Index(c.book[len("http://"):], "/") + len("http://")
	return c.book[:at] + path
}

func properties(c client) string {
	return c.xml("PROPFIND", "", "0", "<D:propfind><D:prop><C:max-resource-size/><C:supported-address-data/><CS:getctag/><D:supported-report-set/></D:prop></D:propfind>").body
}

func mkcol(c client) string {
	other := root(c, "/dav/books/alice/other/")
	r := c.xml("MKCOL", other, "0", "<D:mkcol><D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype><D:displayname>New</D:displayname></D:prop></D:set></D:mkcol>")
	if r.status != 201 {
		return code(r)
	}
	shown := c.xml("PROPFIND", other, "0", "<D:propfind><D:prop><D:displayname/></D:prop></D:propfind>").body
	_, after, _ := strings.Cut(shown, "displayname>")
	display, _, _ := strings.Cut(after, "<")
	return code(r) + " " + display
}

func moved(s *carddav.Server, c client) string {
	c.put("a.vcf", card("a", "A"))
	r := c.ask("MOVE", "a.vcf", "", "Destination", c.book+"b.vcf")
	at := s.Book("alice", "contacts").Names()[0]
	if at != "a.vcf" && at != "b.vcf" {
		at = "another"
	}
	return code(r) + " " + at
}

func garbage(s *carddav.Server, c client) string {
	r := c.put("g.vcf", "garbage")
	_, there := s.Book("alice", "contacts").Card("g.vcf")
	return code(r) + " " + yes(there)
}

func incomplete(s *carddav.Server, c client) string {
	r := c.put("n.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:No Uid\r\nN:;;;;\r\nEND:VCARD\r\n")
	text, _ := s.Book("alice", "contacts").Card("n.vcf")
	return code(r) + " " + yes(strings.Contains(text, "UID:"))
}

func sameUID(_ *carddav.Server, c client) string {
	c.put("a.vcf", card("a", "A"))
	return code(c.put("b.vcf", card("a", "A")))
}

func query(s *carddav.Server, c client) string {
	two(s)
	return summary(c.xml("REPORT", "", "1", `<C:addressbook-query><D:prop><D:getetag/></D:prop><C:filter><C:prop-filter name="UID"><C:text-match match-type="equals">a</C:text-match></C:prop-filter></C:filter></C:addressbook-query>`))
}

func two(s *carddav.Server) {
	b := s.Book("alice", "contacts")
	b.Put("a.vcf", card("a", "A"))
	b.Put("b.vcf", card("b", "B"))
}

// change leaves a card that was edited and the memory of one that was removed.
func change(s *carddav.Server) {
	two(s)
	b := s.Book("alice", "contacts")
	b.Put("a.vcf", card("a", "Anna"))
	b.Delete("b.vcf")
}

func unknownToken(s *carddav.Server, c client) string {
	change(s)
	token := c.sync("", "").members(c.t).Token
	s.ForgetTokens()
	return summary(c.sync(token, ""))
}

func delta(s *carddav.Server, c client) string {
	two(s)
	token := c.sync("", "").members(c.t).Token
	change(s)
	return summary(c.sync(token, ""))
}

func limited(s *carddav.Server, c client) string {
	two(s)
	first := c.sync("", "<D:limit><D:nresults>1</D:nresults></D:limit>").members(c.t)
	rest := c.sync(first.Token, "").members(c.t)
	cards := func(m members) int {
		return len(slices.DeleteFunc(m.summary(), func(s string) bool { return strings.HasSuffix(s, " 507") }))
	}
	return fmt.Sprintf("%d then %d", cards(first), cards(rest))
}
