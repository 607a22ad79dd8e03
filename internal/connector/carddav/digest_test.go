package carddav

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// The example of RFC 7616, section 3.9.1.
func TestDigestAnswers(t *testing.T) {
	const common = ` realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	for algorithm, response := range map[string]string{
		"MD5":     "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		d := challenge([]string{"Basic realm=x", "Digest" + common + ", algorithm=" + algorithm})
		if d == nil {
			t.Fatalf("%s: the challenge is not taken up", algorithm)
		}
		d.newNonce = func() string { return "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ" }
		answer := d.answer("Mufasa", "Circle of Life", "GET", "/dir/index.html")
		for _, part := range []string{`response="` + response + `"`, "nc=00000001", `opaque="FQhe`, "algorithm=" + algorithm} {
			if !strings.Contains(answer, part) {
				t.Errorf("%s: %s lacks %s", algorithm, answer, part)
			}
		}
	}
	if d := challenge([]string{"Digest" + common + ", algorithm=MD5", "Digest" + common + ", algorithm=SHA-256"}); d.algorithm != "SHA-256" {
		t.Errorf("the weaker algorithm %s is chosen", d.algorithm)
	}
	for _, header := range []string{"", "Basic realm=x", "Digest", `Digest nonce="x", qop="auth-int"`, `Digest nonce="x", qop=auth, algorithm=MD4`, `Digest realm="`} {
		if challenge([]string{header}) != nil {
			t.Errorf("%q is taken for a challenge that can be answered", header)
		}
	}
}

// A server that wants a digest gets one; a wrong password is said to be wrong
// after one more question, and a nonce that is too old is replaced.
func TestDigestLogin(t *testing.T) {
	s := sim.New(sim.Options{})
	nonce, asked := "n1", 0
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		_, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		p := parameters(rest)
		d := &digest{realm: p["realm"], nonce: p["nonce"], hash: challenge([]string{`Digest nonce=x, qop=auth`}).hash, newNonce: func() string { return p["cnonce"] }}
		for range len(strings.TrimLeft(p["nc"], "0")) + asked { // the count cannot be set: it is counted up
			if want := parameters(strings.TrimPrefix(d.answer("alice", "alice", r.Method, r.URL.RequestURI()), "Digest ")); want["response"] == p["response"] && p["nonce"] == nonce {
				r.SetBasicAuth("alice", "alice")
				s.ServeHTTP(w, r)
				return
			}
		}
		stale := ""
		if p["nonce"] != "" && p["nonce"] != nonce {
			stale = ", stale=true"
		}
		w.Header().Set("WWW-Authenticate", `Digest realm="acme", nonce="`+nonce+`", qop="auth"`+stale)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(h.Close)
	address := h.URL + s.Path("alice", "contacts")
	y, err := Open(keys("url", address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.Close() })
	c, err := y.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	nonce = "n2"
	if _, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: contact.Values{Fields: contact.Fields{"FN": "Anna"}}}); err != nil {
		t.Errorf("after the nonce was replaced: %v", err)
	}
	before := asked
	_, err = search(t, keys("url", address, "password", "wrong"), world{})
	says(t, err, contact.Credentials)
	if asked-before > 2 {
		t.Errorf("a wrong password was tried %d times", asked-before)
	}
}
