package carddav_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kith/internal/sim/carddav"
)

func TestFaults(t *testing.T) {
	there := func(s *carddav.Server, name string) string {
		_, ok := s.Book("alice", "contacts").Card(name)
		return yes(ok)
	}
	for _, f := range []struct {
		name  string
		fault carddav.Fault
		see   func(*carddav.Server, client) string
		want  string
	}{
		{"status", carddav.Fault{Status: 503, RetryAfter: "7"}, func(s *carddav.Server, c client) string {
			r := c.put("a.vcf", card("a", "A"))
			return code(r) + " " + r.header.Get("Retry-After") + " " + there(s, "a.vcf")
		}, "503 7 no"},
		{"redirect", carddav.Fault{Status: 307, Location: "/else/"}, func(s *carddav.Server, c client) string {
			r := c.put("a.vcf", card("a", "A"))
			return code(r) + " " + r.header.Get("Location")
		}, "307 /else/"},
		{"inner", carddav.Fault{Inner: 412}, func(s *carddav.Server, c client) string {
			r := c.put("a.vcf", card("a", "A"))
			return code(r) + " " + r.members(c.t).Responses[0].code() + " " + there(s, "a.vcf")
		}, "207 412 no"},
		{"login page", carddav.Fault{LoginPage: true}, func(s *carddav.Server, c client) string {
			r := c.put("a.vcf", card("a", "A"))
			return code(r) + " " + r.header.Get("Content-Type") + " " + there(s, "a.vcf")
		}, "200 text/html; charset=utf-8 no"},
		{"dropped", carddav.Fault{Drop: true}, func(s *carddav.Server, c client) string {
			return yes(c.put("a.vcf", card("a", "A")).err != nil) + " " + there(s, "a.vcf")
		}, "yes no"},
		{"lost", carddav.Fault{Lost: true}, func(s *carddav.Server, c client) string {
			return yes(c.put("a.vcf", card("a", "A")).err != nil) + " " + there(s, "a.vcf")
		}, "yes yes"},
		{"late by requests", carddav.Fault{LateCalls: 2}, func(s *carddav.Server, c client) string {
			failed := c.put("a.vcf", card("a", "A")).err != nil
			first := code(c.ask("GET", "a.vcf", ""))
			return yes(failed) + " " + first + " " + code(c.ask("GET", "a.vcf", ""))
		}, "yes 404 200"},
		{"late by time", carddav.Fault{LateFor: time.Hour}, func(s *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "A"))
			before := there(s, "a.vcf")
			s.Settle()
			return before + " " + there(s, "a.vcf")
		}, "no yes"},
		{"a late write still honours its condition", carddav.Fault{LateFor: time.Hour}, func(s *carddav.Server, c client) string {
			c.put("a.vcf", card("a", "late"), "If-None-Match", "*")
			s.Book("alice", "contacts").Put("a.vcf", card("a", "user"))
			s.Settle()
			text, _ := s.Book("alice", "contacts").Card("a.vcf")
			return yes(strings.Contains(text, "FN:user"))
		}, "yes"},
		{"cut", carddav.Fault{Cut: 10}, func(s *carddav.Server, c client) string {
			s.Book("alice", "contacts").Put("a.vcf", card("a", "A"))
			c.put("x.vcf", "")
			r := c.sync("", "")
			return yes(r.err != nil) + " " + r.body
		}, "yes <?xml vers"},
		{"cut clean", carddav.Fault{Cut: 10, Clean: true}, func(s *carddav.Server, c client) string {
			r := c.sync("", "")
			return yes(r.err != nil) + " " + r.body
		}, "no <?xml vers"},
		{"empty", carddav.Fault{Empty: true}, func(s *carddav.Server, c client) string {
			two(s)
			return summary(c.sync("", ""))
		}, ""},
		{"half", carddav.Fault{Half: true}, func(s *carddav.Server, c client) string {
			two(s)
			return summary(c.sync("", ""))
		}, "a.vcf 200"},
	} {
		t.Run(f.name, func(t *testing.T) {
			s, c := serve(t, carddav.Options{})
			first := "PUT"
			if f.fault.Cut > 0 || f.fault.Empty || f.fault.Half {
				first = "sync-collection"
			}
			s.Fail(first, 1, f.fault)
			if got := f.see(s, c); got != f.want {
				t.Errorf("%q, want %q", got, f.want)
			}
			s.Inject(nil)
			if r := c.put("well.vcf", card("well", "Well")); r.status != 201 {
				t.Errorf("after the fault a PUT is answered with %d", r.status)
			}
		})
	}
}

// A user's edit between a write and its answer, and before a request.
func TestRaces(t *testing.T) {
	s, c := serve(t, carddav.Options{})
	b := s.Book("alice", "contacts")
	s.Fail("PUT", 1, carddav.Fault{After: func() { b.Put("a.vcf", card("a", "user")) }})
	r := c.put("a.vcf", card("a", "client"))
	if text, _ := b.Card("a.vcf"); r.status != 201 || !strings.Contains(text, "user") || r.header.Get("ETag") == b.ETag("a.vcf") {
		t.Errorf("after a raced write (%d) the card is %q", r.status, text)
	}
	tag := b.ETag("a.vcf")
	s.Fail("PUT", 1, carddav.Fault{Before: func() { b.Put("a.vcf", card("a", "user again")) }})
	if r := c.put("a.vcf", card("a", "client"), "If-Match", tag); r.status != 412 {
		t.Errorf("a write from an older version is answered with %d", r.status)
	}
}

// The whole conversation goes over HTTP/1.0 too, one connection a request.
func TestHTTP10(t *testing.T) {
	soft := carddav.Plain()
	soft.Quirks.HTTP10 = true
	s := carddav.New(carddav.Options{Software: soft})
	h := httptest.NewServer(s)
	defer h.Close()
	c := client{t, h.URL + s.Path("alice", "contacts"), "alice", "alice"}
	if r := c.put("a.vcf", card("a", "A")); r.status != 201 || r.header.Get("ETag") == "" {
		t.Errorf("put: %d %v", r.status, r.err)
	}
	if r := c.ask("GET", "a.vcf", ""); r.body != card("a", "A") {
		t.Errorf("get: %q %v", r.body, r.err)
	}
	if got := summary(c.sync("", "")); got != "a.vcf 200" {
		t.Errorf("sync: %s", got)
	}
	s.Fail("sync-collection", 1, carddav.Fault{Cut: 20})
	if r := c.sync("", ""); r.err == nil {
		t.Error("an answer that ends early is no error")
	}
	if r := c.ask("DELETE", "a.vcf", ""); r.status != 204 {
		t.Errorf("delete: %d %v", r.status, r.err)
	}
}

// The log tells a test what was asked, in words.
func TestLog(t *testing.T) {
	s, c := serve(t, carddav.Options{})
	c.put("å.vcf", card("a", "A"), "If-None-Match", "*")
	c.sync("", "")
	var got []string
	for _, line := range s.Log() {
		got = append(got, line.String())
	}
	want := []string{
		"1 PUT /dav/books/alice/contacts/å.vcf, If-None-Match * -> 201",
		"2 REPORT /dav/books/alice/contacts/, sync-collection, depth 0 -> 207",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if s.Writes() != 1 {
		t.Errorf("%d writes, want 1", s.Writes())
	}
	s.ClearLog()
	if n := len(s.Log()); n != 0 {
		t.Errorf("%d requests after the log was cleared", n)
	}
}

// What belongs to one user is nobody else's, and a wrong password opens
// nothing.
func TestLogins(t *testing.T) {
	s, alice := serve(t, carddav.Options{Users: map[string]string{"alice": "a", "bob": "b"}})
	alice.password = "a"
	bob := alice
	bob.user, bob.password = "bob", "b"
	if r := alice.put("a.vcf", card("a", "A")); r.status != 201 {
		t.Errorf("the owner: %d", r.status)
	}
	if r := bob.ask("GET", "a.vcf", ""); r.status != 403 {
		t.Errorf("another user: %d", r.status)
	}
	bob.password = "a"
	if r := bob.ask("GET", "a.vcf", ""); r.status != 401 || r.header.Get("WWW-Authenticate") == "" {
		t.Errorf("a wrong password: %d", r.status)
	}
	s.Book("alice", "contacts").Forbid(403)
	if r := alice.ask("GET", "a.vcf", ""); r.status != 403 {
		t.Errorf("a book that is forbidden: %d", r.status)
	}
	s.Book("alice", "contacts").Forbid(0)
	if r := alice.ask("GET", "a.vcf", ""); r.status != 200 {
		t.Errorf("a book that is open again: %d", r.status)
	}
}
