package norm

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Email is the normal form of an e-mail address: lower case, without "mailto:",
// display name and angle brackets, the domain in its ASCII (IDNA) form. What is no
// address becomes its lower-case [Text]. Dots and "+tags" are kept, because two such
// addresses are two values; [Mailbox] is the form that ignores them.
func Email(s string) string {
	t := lower(s)
	if a, ok := address(t); ok {
		return a
	}
	return t
}

// IsEmail reports whether s holds an e-mail address as [Email] understands it.
func IsEmail(s string) bool {
	_, ok := address(lower(s))
	return ok
}

// SplitEmail cuts an address in its normal form at the "@". Both halves are empty
// when it is no address.
func SplitEmail(email string) (local, domain string) {
	at := strings.LastIndexByte(email, '@')
	if at <= 0 || at == len(email)-1 {
		return "", ""
	}
	return email[:at], email[at+1:]
}

func address(t string) (string, bool) {
	if at := strings.IndexByte(t, '@'); at <= 0 {
		return "", false
	}
	if i := strings.LastIndexByte(t, '<'); i >= 0 && strings.HasSuffix(t, ">") {
		t = strings.TrimSpace(t[i+1 : len(t)-1])
	}
	for strings.HasPrefix(t, "mailto:") {
		t = strings.TrimSpace(t[len("mailto:"):])
		if q := strings.IndexByte(t, '?'); q >= 0 {
			t = t[:q]
		}
	}
	local, domain := SplitEmail(t)
	domain = strings.TrimSuffix(domain, ".")
	if local == "" || strings.ContainsAny(local, " \n\"(),:;<>@[\\]\x00") ||
		local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return "", false
	}
	domain, ok := hostname(domain)
	if !ok {
		return "", false
	}
	if len(local)+1+len(domain) == len(t) && strings.HasSuffix(t, domain) {
		return t, true
	}
	return local + "@" + domain, true
}

// hostname is the ASCII form of a lower-case domain name. It is lenient: an
// underscore or a lone label is no reason to call an address none.
func hostname(d string) (string, bool) {
	label, ascii := 0, true
	for i := 0; i < len(d); i++ {
		switch c := d[i]; {
		case c >= utf8.RuneSelf:
			ascii = false
			label++
		case c == '.':
			if label == 0 {
				return "", false
			}
			label = 0
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
			label++
		default:
			return "", false
		}
	}
	if label == 0 {
		return "", false
	}
	if ascii && !strings.Contains(d, "xn--") {
		return d, true
	}
	a, err := idna.Lookup.ToASCII(d)
	if err != nil || a == "" {
		return "", false
	}
	return a, true
}
