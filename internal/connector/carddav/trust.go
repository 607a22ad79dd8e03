package carddav

import (
	"net/url"
	"slices"
	"strings"

	"kith/internal/contact"
)

// trust knows where the login may go: to the host that the user has named, and
// to those of the key hosts.
type trust struct {
	system string
	home   *url.URL // the first address asked
	hosts  []string // names, or names with a port
}

// allows says which line to add where the login would go to another host.
func (t *trust) allows(u *url.URL) error {
	if u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return contact.Fail(contact.Setup, "%s is no address of a CardDAV server", u.Redacted())
	}
	if t.knows(u) {
		return nil
	}
	name := strings.ToLower(u.Hostname())
	if p := u.Port(); p != "" && p != usualPort(u.Scheme) {
		name = strings.ToLower(u.Host)
	}
	return contact.Fail(contact.Setup,
		"the server refers to another host, %s, which is not sent the password unless you say so; if it is the right one, add to %s:  hosts: [%s]",
		name, t.system, strings.Join(append(slices.Clone(t.hosts), name), ", "))
}

func (t *trust) knows(u *url.URL) bool {
	name, port := strings.ToLower(u.Hostname()), portOf(u)
	if name == strings.ToLower(t.home.Hostname()) {
		// From http to https on the same host is the same door, locked.
		if port == portOf(t.home) && u.Scheme == t.home.Scheme || u.Scheme == "https" && port == "443" {
			return true
		}
	}
	if u.Scheme == "http" && t.home.Scheme == "https" {
		return false
	}
	return slices.ContainsFunc(t.hosts, func(host string) bool {
		return host == name && port == usualPort(u.Scheme) || host == name+":"+port
	})
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return usualPort(u.Scheme)
}

func usualPort(scheme string) string {
	if scheme == "http" {
		return "80"
	}
	return "443"
}
