package carddav

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"

	"kith/internal/contact"
)

// unreachable gives a failure to ask or to read on its class: what the person
// has to mend in the configuration, or what may mend itself.
func unreachable(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err // the address in front may hold a person's name
	}
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		dns     *net.DNSError
	)
	switch {
	case errors.As(err, &unknown):
		return contact.Fail(contact.Setup, "the server's certificate is signed by an authority this machine does not know; if it is your own, name it with ca: file:PATH")
	case errors.As(err, &name):
		return contact.Fail(contact.Setup, "the server's certificate is for another host: %w", name)
	case errors.As(err, &invalid):
		return contact.Fail(contact.Setup, "the server's certificate does not hold: %w", invalid)
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return contact.Fail(contact.Setup, "the server does not speak TLS there; is the port right?")
	case errors.As(err, &dns) && dns.IsNotFound:
		return contact.Fail(contact.Unreachable, "there is no host %s", dns.Name)
	case errors.Is(err, context.Canceled):
		return contact.Fail(contact.Unreachable, "given up: %w", err)
	case errors.Is(err, context.DeadlineExceeded):
		return contact.Fail(contact.Unreachable, "no answer in time: %w", err)
	}
	return contact.Fail(contact.Unreachable, "the server cannot be reached: %w", err)
}
