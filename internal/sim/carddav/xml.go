package carddav

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Namespaces of what is asked for and answered.
const (
	nsDAV  = "DAV:"
	nsCard = "urn:ietf:params:xml:ns:carddav"
	nsCS   = "http://calendarserver.org/ns/"
)

// Dialect is how a server writes XML. A client has to understand all of them.
type Dialect struct {
	DAV, Card, CS string // prefixes; DAV "" is the default namespace
	StatusFirst   bool   // in a propstat the status comes before the properties
	Numeric       bool   // characters beyond ASCII as numeric references
}

// el is an element. One with kids has no text.
type el struct {
	name  xml.Name
	attrs []xml.Attr
	text  string
	kids  []*el
}

func dav(name string, kids ...*el) *el {
	return &el{name: xml.Name{Space: nsDAV, Local: name}, kids: kids}
}

func davText(name, text string) *el {
	return &el{name: xml.Name{Space: nsDAV, Local: name}, text: text}
}

func cardEl(name string, kids ...*el) *el {
	return &el{name: xml.Name{Space: nsCard, Local: name}, kids: kids}
}

// child is the first child of a name, nil where there is none.
func (e *el) child(space, local string) *el {
	for _, k := range e.kids {
		if k.name.Space == space && k.name.Local == local {
			return k
		}
	}
	return nil
}

// all are the children of a name.
func (e *el) all(space, local string) (found []*el) {
	for _, k := range e.kids {
		if k.name.Space == space && k.name.Local == local {
			found = append(found, k)
		}
	}
	return found
}

func (e *el) attr(local string) string {
	for _, a := range e.attrs {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// parseXML reads a request.
func parseXML(body []byte) (*el, error) {
	var stack []*el
	var root *el
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && root != nil && len(stack) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, fmt.Errorf("request body: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := &el{name: t.Name, attrs: t.Attr}
			if len(stack) > 0 {
				top := stack[len(stack)-1]
				top.kids = append(top.kids, e)
			} else {
				root = e
			}
			stack = append(stack, e)
		case xml.EndElement:
			top := stack[len(stack)-1]
			top.text = strings.TrimSpace(top.text)
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text += string(t)
			}
		}
	}
}

// write gives a document in the dialect.
func (d Dialect) write(root *el) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n")
	d.element(&b, root, true)
	return b.Bytes()
}

func (d Dialect) element(b *bytes.Buffer, e *el, root bool) {
	name := d.name(e.name)
	b.WriteString("<" + name)
	if root {
		for _, ns := range []struct{ prefix, space string }{{d.DAV, nsDAV}, {d.prefix(nsCard), nsCard}, {d.prefix(nsCS), nsCS}} {
			b.WriteString(" xmlns")
			if ns.prefix != "" {
				b.WriteString(":" + ns.prefix)
			}
			b.WriteString(`="` + ns.space + `"`)
		}
	}
	if d.foreign(e.name.Space) {
		b.WriteString(` xmlns:x="` + d.escape(e.name.Space) + `"`)
	}
	for _, a := range e.attrs {
		b.WriteString(" " + a.Name.Local + `="` + d.escape(a.Value) + `"`)
	}
	if e.text == "" && len(e.kids) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteString(">" + d.escape(e.text))
	for _, k := range e.kids {
		d.element(b, k, false)
	}
	b.WriteString("</" + name + ">")
}

func (d Dialect) name(n xml.Name) string {
	switch prefix := d.prefix(n.Space); {
	case d.foreign(n.Space):
		return "x:" + n.Local
	case prefix == "":
		return n.Local
	default:
		return prefix + ":" + n.Local
	}
}

func (d Dialect) prefix(space string) string {
	switch {
	case space == nsDAV:
		return d.DAV
	case space == nsCard && d.Card != "":
		return d.Card
	case space == nsCard:
		return "C"
	case space == nsCS && d.CS != "":
		return d.CS
	}
	return "CS"
}

// foreign tells a namespace that a client brought and the server does not know.
func (d Dialect) foreign(space string) bool {
	return space != nsDAV && space != nsCard && space != nsCS
}

// escape leaves carriage returns as they are, as the real servers do: a reader
// of XML gets line feeds for them.
func (d Dialect) escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case d.Numeric && r > 126:
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
