package carddav

import (
	"cmp"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// The namespaces of WebDAV (RFC 4918) and CardDAV (RFC 6352).
const (
	nsDAV  = "DAV:"
	nsCard = "urn:ietf:params:xml:ns:carddav"
)

const (
	maxResponses = 1_000_000 // members one answer may list
	maxHrefs     = 10_000    // addresses within one element
	maxWords     = 100       // names within one element
)

// response is one <response> of a multistatus (RFC 4918, section 14.24).
type response struct {
	hrefs     []string // as written; usually one
	status    int      // of the response as a whole; 0 where only its properties have one
	condition string   // the violated precondition it names; "" = none
	props     properties
}

// gone reports whether the response says that there is no such resource.
func (r *response) gone() bool { return r.status == 404 || r.status == 410 }

// multistatus reads an answer and calls each for every response in it, in
// order, without keeping them. It returns the sync token (RFC 6578, section
// 6.4). An error of each ends it and is returned as it is.
func multistatus(r io.Reader, each func(*response) error) (token string, err error) {
	e := newElements(r)
	root, err := e.root()
	if err != nil {
		return "", err
	}
	if root != (xml.Name{Space: nsDAV, Local: "multistatus"}) {
		return "", malformed("it is no multistatus")
	}
	count := 0
	err = e.children(func(name xml.Name) (err error) {
		switch name {
		case xml.Name{Space: nsDAV, Local: "response"}:
			if count++; count > maxResponses {
				return malformed("it lists more than %d resources", maxResponses)
			}
			one, err := e.response()
			if err != nil {
				return err
			}
			return each(one)
		case xml.Name{Space: nsDAV, Local: "sync-token"}:
			token, err = e.short()
			return err
		}
		return e.skip()
	})
	return token, err
}

// violated reads the body of an error (RFC 4918, section 16) and returns the
// precondition it names, "" where it names none.
func violated(r io.Reader) string {
	e := newElements(r)
	root, err := e.root()
	if err != nil || root != (xml.Name{Space: nsDAV, Local: "error"}) {
		return ""
	}
	name, err := e.condition()
	if err != nil {
		return ""
	}
	return name
}

// root opens the outermost element.
func (e *elements) root() (xml.Name, error) {
	for {
		token, err := e.next()
		if err != nil {
			return xml.Name{}, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t.Name, nil
		case xml.CharData:
			if strings.TrimLeft(string(t), "\ufeff \t\r\n") != "" {
				return xml.Name{}, malformed("it is no XML")
			}
		}
	}
}

// short reads a text that is no card.
func (e *elements) short() (string, error) {
	text, err := e.text(maxTag)
	return strings.TrimSpace(text), err
}

func (e *elements) response() (*response, error) {
	r := &response{}
	err := e.children(func(name xml.Name) (err error) {
		if name.Space != nsDAV {
			return e.skip()
		}
		switch name.Local {
		case "href":
			return e.href(&r.hrefs)
		case "status":
			r.status, err = e.status()
			return err
		case "propstat":
			return e.propstat(r)
		case "error":
			r.condition, err = e.condition()
			return err
		}
		return e.skip()
	})
	if err == nil && len(r.hrefs) == 0 {
		return nil, malformed("a response names no resource")
	}
	return r, err
}

// propstat takes the properties that could be read; the others are as good as
// not there. The status may stand before or after them.
func (e *elements) propstat(r *response) error {
	var p properties
	status, condition := 0, ""
	err := e.children(func(name xml.Name) (err error) {
		if name.Space != nsDAV {
			return e.skip()
		}
		switch name.Local {
		case "prop":
			return e.children(func(name xml.Name) error { return e.property(&p, name) })
		case "status":
			status, err = e.status()
			return err
		case "error":
			condition, err = e.condition()
			return err
		}
		return e.skip()
	})
	if err != nil {
		return err
	}
	r.condition = cmp.Or(r.condition, condition)
	if status/100 == 2 {
		r.props.merge(p)
	}
	return nil
}

// condition reads the name of the precondition within an error element.
func (e *elements) condition() (string, error) {
	condition := ""
	err := e.children(func(name xml.Name) error {
		if condition == "" {
			condition = name.Local
		}
		return e.skip()
	})
	return condition, err
}

// status reads "HTTP/1.1 200 OK".
func (e *elements) status() (int, error) {
	line, err := e.short()
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return 0, malformed("a status is missing")
	}
	code, err := strconv.Atoi(fields[1])
	if err != nil || code < 100 || code > 599 {
		return 0, malformed("a status is no number")
	}
	return code, nil
}
