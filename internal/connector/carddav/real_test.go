package carddav

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/connector/conntest"
	"kith/internal/contact"
	"kith/lab"
)

var mapped = []string{"FN", "N.family", "N.given", "X-NUMBER", "TITLE", "NOTE", "PHOTO", "BDAY", "CATEGORIES"}

const secret = "hunter2-not-in-any-message"

// settingsFor are those of a book behind an address.
func settingsFor(address, user, password string) connector.Settings {
	return connector.Settings{
		Name: "team", Keys: map[string]string{"url": address, "user": user, "password": password},
		Collections: map[contact.Kind]contact.Collection{contact.Person: {}},
		Fields:      map[contact.Kind][]string{contact.Person: mapped},
	}
}

// placeAt makes a place of a book that is behind a gate.
func placeAt(t *testing.T, g *gate, direct, user, password string) *conntest.Place {
	t.Helper()
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	settings := settingsFor(g.url+u.EscapedPath(), user, password)
	reopen := func(t *testing.T) connector.System {
		t.Helper()
		y, err := Open(settings)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { y.Close() })
		return y
	}
	made := 0
	return &conntest.Place{
		System: reopen(t), Kind: contact.Person, Texts: []string{"X-NUMBER", "TITLE", "NOTE"}, Hidden: "X-OTHERS",
		Base: func(n int) contact.Values {
			return contact.Values{Fields: contact.Fields{"FN": fmt.Sprint("Person ", n), "N.family": fmt.Sprint("Family ", n)}}
		},
		User:   neighbour{direct, user, password, append([]string{"X-OTHERS"}, mapped...), &made},
		Reopen: reopen, Faults: g.faults(),
	}
}

// oddities are what single servers do to values; the suite holds but for them.
var oddities = map[string]conntest.Harness{
	"sogo": {
		Stores: func(_, value string) string {
			if value == `""` {
				return ""
			}
			return value
		},
		Bypass: map[string]string{"limits are declared and kept": "SOGo fails on long names and tells no limit"},
	},
}

// The whole suite holds on every real server, through a gate that makes
// requests go wrong.
func TestRealServers(t *testing.T) {
	for _, server := range lab.CardDAVServers {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			h := oddities[server]
			h.Secrets = []string{secret}
			h.New = func(t *testing.T) *conntest.Place {
				book := lab.CardDAV(t, server)
				return placeAt(t, before(t, book.URL), book.URL, book.User, book.Password)
			}
			conntest.Run(t, h)
		})
	}
}

// Each real server is recognised, tells what changed, and says that its user
// may write.
func TestCheckNamesRealServers(t *testing.T) {
	products := map[string]string{"radicale": "Radicale", "xandikos": "Xandikos", "davical": "DAViCal 1", "sogo": "SOGo"}
	for _, server := range lab.CardDAVServers {
		t.Run(server, func(t *testing.T) {
			book := lab.CardDAV(t, server)
			y, err := Open(settingsFor(book.URL, book.User, book.Password))
			if err != nil {
				t.Fatal(err)
			}
			defer y.Close()
			steps, err := y.(connector.Checker).Check(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			for name, found := range map[string]string{"server": products[server], "changes": "told by the server", "cards": "0 persons", "writing": "allowed"} {
				if !slices.ContainsFunc(steps, func(s connector.Step) bool { return s.Name == name && strings.HasPrefix(s.Found, found) }) {
					t.Errorf("step %s did not find %q: %q", name, found, steps)
				}
			}
		})
	}
}
