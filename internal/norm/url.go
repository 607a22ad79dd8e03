package norm

import "strings"

// URL is the normal form of a web address: host in lower case and ASCII, default
// port and closing slash off. "http://" and "https://" do not count, because half of
// all systems store "www.acme.de" and mean the same page; any other scheme is kept,
// and so is the case of the path. What is no web address becomes its [Text].
func URL(s string) string {
	t := Text(s)
	scheme, rest := "", t
	if i := strings.Index(t, "://"); i > 0 && schemeName(t[:i]) {
		scheme, rest = strings.ToLower(t[:i]), t[i+3:]
		if scheme == "http" || scheme == "https" {
			port := ":80"
			if scheme == "https" {
				port = ":443"
			}
			return bareURL(t, rest, port)
		}
	}
	if scheme == "" {
		return bareURL(t, rest, "")
	}
	authority, tail := cutAuthority(rest)
	host, ok := hostname(strings.ToLower(authority))
	if !ok {
		host = authority
	}
	return scheme + "://" + host + tail
}

// bareURL is the form without scheme, or the text t itself where rest has no host
// or would be read as something else without its scheme.
func bareURL(t, rest, port string) string {
	authority, tail := cutAuthority(rest)
	authority = strings.ToLower(authority)
	name, number := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i >= 0 {
		name, number = authority[:i], authority[i:]
	}
	host, ok := hostname(strings.TrimSuffix(name, "."))
	if !ok || !strings.Contains(host, ".") || strings.ContainsAny(tail, " \n") || strings.Contains(number+tail, "://") || !portNumber(number) {
		return t
	}
	if number == port {
		number = ""
	}
	if tail == "/" {
		tail = ""
	}
	if host+number+tail == t {
		return t
	}
	return host + number + tail
}

func cutAuthority(rest string) (authority, tail string) {
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return rest[:i], rest[i:]
	}
	return rest, ""
}

func portNumber(p string) bool {
	if p == "" {
		return true
	}
	for i := 1; i < len(p); i++ {
		if p[i] < '0' || p[i] > '9' {
			return false
		}
	}
	return len(p) > 1 && len(p) <= 6
}

func schemeName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}
