package carddav

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// digest is a challenge by which a password need not travel (RFC 7616), as some
// servers want it by default.
type digest struct {
	realm, nonce, opaque string
	algorithm            string // as the server writes it
	hash                 func() hash.Hash
	stale                bool // the login was right, only the nonce was too old
	count                int
	newNonce             func() string // the client's
}

// challenge picks the best one that can be answered, nil where there is none.
func challenge(headers []string) *digest {
	var best *digest
	for _, header := range headers {
		scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
		if !strings.EqualFold(scheme, "digest") {
			continue
		}
		p := parameters(rest)
		d := &digest{realm: p["realm"], nonce: p["nonce"], opaque: p["opaque"], algorithm: p["algorithm"], newNonce: rand.Text}
		d.stale = strings.EqualFold(p["stale"], "true")
		switch strings.ToUpper(d.algorithm) {
		case "", "MD5":
			d.hash = md5.New
		case "SHA-256":
			d.hash = sha256.New
		}
		auth := false
		for qop := range strings.SplitSeq(p["qop"], ",") {
			auth = auth || strings.EqualFold(strings.TrimSpace(qop), "auth")
		}
		if d.hash == nil || !auth || d.nonce == "" || best != nil && d.algorithm != "SHA-256" {
			continue
		}
		best = d
	}
	return best
}

// parameters reads name=value and name="value", parted by commas.
func parameters(text string) map[string]string {
	p := map[string]string{}
	for text != "" {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		name = strings.ToLower(strings.Trim(name, " ,\t"))
		if quoted, in := strings.CutPrefix(strings.TrimLeft(rest, " "), `"`); in {
			var b strings.Builder
			i := 0
			for ; i < len(quoted) && quoted[i] != '"'; i++ {
				if quoted[i] == '\\' && i+1 < len(quoted) {
					i++
				}
				b.WriteByte(quoted[i])
			}
			p[name], text = b.String(), quoted[min(i+1, len(quoted)):]
			continue
		}
		value, after, _ := strings.Cut(rest, ",")
		p[name], text = strings.TrimSpace(value), after
	}
	return p
}

// answer is what a request shows instead of the password.
func (d *digest) answer(user, password, method, uri string) string {
	d.count++
	count, nonce := fmt.Sprintf("%08x", d.count), d.newNonce()
	sum := func(parts ...string) string {
		h := d.hash()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
	response := sum(sum(user, d.realm, password), d.nonce, count, nonce, "auth", sum(method, uri))
	text := fmt.Sprintf(`Digest username=%s, realm=%s, nonce=%s, uri=%s, response="%s", qop=auth, nc=%s, cnonce=%s`,
		quote(user), quote(d.realm), quote(d.nonce), quote(uri), response, count, quote(nonce))
	if d.algorithm != "" {
		text += ", algorithm=" + d.algorithm
	}
	if d.opaque != "" {
		text += ", opaque=" + quote(d.opaque)
	}
	return text
}

func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// wasAnswered reports whether what a request showed answers a challenge.
func wasAnswered(signed string) bool { return strings.HasPrefix(signed, "Digest ") }
