package carddav

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"kith/internal/contact"
)

// Bounds on XML from strangers. A tag is read as a whole before anybody can
// look at it, so its size is bounded while it is read.
const (
	maxDepth      = 64       // elements within elements
	maxAttributes = 64       // of one element
	maxTag        = 64 << 10 // bytes of a tag, a comment or a short text
	maxCardXML    = 16 << 20 // bytes of a card as it stands in XML
)

// errTooLarge marks an answer beyond what is read of one.
var errTooLarge = errors.New("the answer is larger than expected")

// elements reads the elements of a document one after the other, within bounds.
type elements struct {
	dec   *xml.Decoder
	meter *meter
	depth int
}

func newElements(r io.Reader) *elements {
	m := &meter{src: bufio.NewReaderSize(r, 16<<10), left: maxTag}
	dec := xml.NewDecoder(m)
	dec.CharsetReader = charset
	return &elements{dec: dec, meter: m}
}

// next gives the next start, end or text. Declarations of types are refused:
// nobody needs them here, and they are how documents grow without bounds.
func (e *elements) next() (xml.Token, error) {
	for {
		e.meter.left = max(e.meter.left, maxTag)
		token, err := e.dec.Token()
		if err != nil {
			return nil, e.explain(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if e.depth++; e.depth > maxDepth {
				return nil, malformed("elements lie more than %d deep", maxDepth)
			}
			if len(t.Attr) > maxAttributes {
				return nil, malformed("an element has more than %d attributes", maxAttributes)
			}
			return t, nil
		case xml.EndElement:
			e.depth--
			return t, nil
		case xml.CharData:
			return t, nil
		case xml.Directive:
			return nil, malformed("it declares a document type")
		}
	}
}

// explain tells an answer that was cut off, which another try may mend, from
// one that makes no sense.
func (e *elements) explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errTooLarge):
		return contact.Fail(contact.Malformed, "the server's answer cannot be read: %w", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && e.meter.ended && strings.HasPrefix(syntax.Msg, "unexpected EOF"):
		return contact.Fail(contact.Unreachable, "the server's answer was cut off")
	case errors.As(err, &syntax):
		return malformed("line %d is no XML", syntax.Line)
	case e.meter.failed != nil:
		return unreachable(e.meter.failed)
	}
	return malformed("it is no XML")
}

// text gives the text of the element that was just opened, up to its end.
// Elements within are passed over.
func (e *elements) text(limit int) (string, error) {
	var b strings.Builder
	e.meter.left = limit
	for depth := e.depth; ; {
		token, err := e.next()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.CharData:
			if e.depth != depth {
				continue
			}
			if b.Len()+len(t) > limit {
				return "", contact.Fail(contact.Malformed, "the server's answer cannot be read: %w", errTooLarge)
			}
			b.Write(t)
		case xml.EndElement:
			if e.depth < depth {
				e.meter.left = maxTag
				return b.String(), nil
			}
		}
	}
}

// skip passes over the element that was just opened.
func (e *elements) skip() error {
	for depth := e.depth; e.depth >= depth; {
		if _, err := e.next(); err != nil {
			return err
		}
	}
	return nil
}

// children calls each for every element within the one that was just opened.
// each has to read its element to the end.
func (e *elements) children(each func(xml.Name) error) error {
	for depth := e.depth; ; {
		token, err := e.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := each(t.Name); err != nil {
				return err
			}
		case xml.EndElement:
			if e.depth < depth {
				return nil
			}
		}
	}
}

// meter bounds how much is read for one token.
type meter struct {
	src    *bufio.Reader
	left   int
	ended  bool
	failed error
}

// ReadByte is what the decoder calls.
func (m *meter) ReadByte() (byte, error) {
	if m.left <= 0 {
		return 0, errTooLarge
	}
	c, err := m.src.ReadByte()
	if err != nil {
		m.ended = errors.Is(err, io.EOF)
		if !m.ended {
			m.failed = err
		}
		return 0, err
	}
	m.left--
	return c, nil
}

func (m *meter) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c, err := m.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = c
	return 1, nil
}

// charset reads what old servers still write beside UTF-8.
func charset(label string, r io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return r, nil
	case "iso-8859-1", "latin1":
		return &latin1{src: bufio.NewReader(r)}, nil
	}
	return nil, fmt.Errorf("unknown encoding")
}

// latin1 turns ISO 8859-1 into UTF-8.
type latin1 struct {
	src  *bufio.Reader
	rest byte // the second byte of a character
}

func (l *latin1) ReadByte() (byte, error) {
	if l.rest != 0 {
		c := l.rest
		l.rest = 0
		return c, nil
	}
	c, err := l.src.ReadByte()
	if err != nil || c < 0x80 {
		return c, err
	}
	l.rest = 0x80 | c&0x3f
	return 0xc0 | c>>6, nil
}

func (l *latin1) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c, err := l.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = c
	return 1, nil
}

// malformed refuses a whole answer.
func malformed(format string, args ...any) error {
	return contact.Fail(contact.Malformed, "the server's answer cannot be read: "+format, args...)
}
