package carddav

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"kith/internal/contact"
)

// maxHosts is how many hosts of a domain are tried.
const maxHosts = 4

// resolver asks the domain name system. *net.Resolver is one.
type resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// hosts returns where the service may be, in order: what the domain announces
// (RFC 6764, section 3), else the host itself. Only the announcement of a
// service with TLS counts.
func (f *finder) hosts(ctx context.Context, tell step) ([]*url.URL, error) {
	if f.start.domain == "" {
		return []*url.URL{f.start.url}, nil
	}
	name := "_carddavs._tcp." + f.start.domain
	_, records, err := f.names.LookupSRV(ctx, "carddavs", "tcp", f.start.domain)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
	case err != nil:
		return nil, contact.Fail(contact.Unreachable, "the domain name system does not answer for %s: %w", name, err)
	case len(records) == 1 && records[0].Target == ".":
		return nil, contact.Fail(contact.Setup, "%s says that it has no CardDAV service", f.start.domain)
	}
	if len(records) == 0 {
		tell("domain", fmt.Sprintf("%s announces no service under %s: the host itself is asked", f.start.domain, name))
		return []*url.URL{f.start.url}, nil
	}
	path := f.path(ctx, name)
	var hosts []*url.URL
	for _, r := range records[:min(len(records), maxHosts)] {
		host := strings.ToLower(strings.TrimSuffix(r.Target, "."))
		u := &url.URL{Scheme: "https", Host: host}
		if r.Port != 443 {
			u.Host = net.JoinHostPort(host, strconv.Itoa(int(r.Port)))
		}
		tell("domain", fmt.Sprintf("%s announces %s", f.start.domain, u.Host))
		hosts = append(hosts, withPath(u, path))
	}
	return hosts, nil
}

// path reads where on its host the service is announced to be (RFC 6764,
// section 4), "" where nothing is said.
func (f *finder) path(ctx context.Context, name string) string {
	texts, err := f.names.LookupTXT(ctx, name)
	if err != nil {
		return ""
	}
	for _, text := range texts {
		if path, ok := strings.CutPrefix(text, "path="); ok && strings.HasPrefix(path, "/") {
			return path
		}
	}
	return ""
}
