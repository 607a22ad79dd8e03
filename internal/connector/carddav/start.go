package carddav

import (
	"errors"
	"net/url"
	"strings"
)

// start is where the search for the book begins, as the key url says.
type start struct {
	url    *url.URL // without login and fragment
	domain string   // the mail domain or bare host that DNS is asked about; "" where url is an address
	user   string   // from a mail address, or written into the address
}

// exact reports whether the user has given an address with a path.
func (s *start) exact() bool { return strings.Trim(s.url.Path, "/") != "" }

// parseStart reads an address, a mail address, a mail domain or a host.
func parseStart(text string) (start, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return start{}, errors.New("the key url is missing")
	}
	bare := !strings.Contains(text, "://")
	var s start
	if at := strings.LastIndex(text, "@"); bare && at > 0 && !strings.Contains(text, "/") {
		s.user = strings.TrimPrefix(text, "mailto:")
		text = text[at+1:]
	}
	if bare {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" {
		return start{}, errors.New("the key url holds neither an address like https://dav.acme.example/anna/team/ nor a mail domain or host")
	}
	if u.User != nil {
		s.user = u.User.Username()
	}
	if bare && u.Port() == "" && u.Path == "" {
		s.domain = strings.ToLower(u.Hostname())
	}
	u.User, u.Fragment, u.Scheme, u.Host = nil, "", strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	s.url = u
	return s, nil
}
