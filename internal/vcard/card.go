package vcard

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Card is one vCard.
type Card struct {
	// Properties are the lines between BEGIN and END, VERSION included, in
	// order. A pointer to one holds until the slice changes.
	Properties []Property

	version Version
	lead    string // up to and including the BEGIN line
	tail    string // the END line and what is blank after it
	eol     string // line end for new lines
	text    string // the card as read
	line    int    // of BEGIN
}

// New makes a card in version 3.0 with the properties every card must have:
// UID, FN and N, the names still blank.
func New(uid string) *Card {
	c := &Card{version: V30, lead: "BEGIN:VCARD\r\n", tail: "END:VCARD\r\n", eol: "\r\n"}
	c.Properties = []Property{{Name: "VERSION", Value: string(V30)}, {Name: "UID"}, {Name: "FN"}, {Name: "N", Value: ";;;;"}}
	c.Properties[1].SetText(V30, uid)
	return c
}

// Version gives the version of the card.
func (c *Card) Version() Version { return c.version }

// Changed reports whether Bytes differs from what was read.
func (c *Card) Changed() bool { return string(c.Bytes()) != c.text }

// Get gives the first property of this name, nil if there is none.
func (c *Card) Get(name string) *Property {
	for i := range c.Properties {
		if c.Properties[i].Is(name) {
			return &c.Properties[i]
		}
	}
	return nil
}

// All gives the properties of this name with their places.
func (c *Card) All(name string) iter.Seq2[int, *Property] {
	return func(yield func(int, *Property) bool) {
		for i := range c.Properties {
			if c.Properties[i].Is(name) && !yield(i, &c.Properties[i]) {
				return
			}
		}
	}
}

// Add puts a property behind the last one of its name, else at the end.
func (c *Card) Add(p Property) error {
	_, err := c.add(p)
	return err
}

func (c *Card) add(p Property) (int, error) {
	if err := checkName(p.Name); err != nil {
		return 0, err
	}
	if err := p.fits(); err != nil {
		return 0, err
	}
	end := len(c.Properties)
	if end > 0 && c.Properties[end-1].dangling() {
		end--
	}
	at := end
	for i := range c.All(p.Name) {
		at = min(i+1, end)
	}
	return at, c.insert(at, p)
}

func (c *Card) insert(at int, p Property) error {
	if len(c.Properties) >= DefaultLimits.Properties {
		return fmt.Errorf("%w: it already has %d properties", ErrLimit, len(c.Properties))
	}
	c.Properties = slices.Insert(c.Properties, at, p)
	return nil
}

// Remove takes out the properties for which drop says so and gives their
// number.
func (c *Card) Remove(drop func(*Property) bool) int {
	before := len(c.Properties)
	c.Properties = slices.DeleteFunc(c.Properties, func(p Property) bool { return drop(&p) })
	return before - len(c.Properties)
}

// fits refuses what could not be read again.
func (p *Property) fits() error {
	if size := len(p.Name) + len(p.Params) + len(p.Value); size > DefaultLimits.Value && !p.binary() {
		return fmt.Errorf("%w: the value of %s takes %d bytes, %d fit", ErrLimit, p.Name, size, DefaultLimits.Value)
	}
	return nil
}

// checkName refuses names that no line can have, or that are not the caller's
// to set.
func checkName(name string) error {
	if name == "" || nameEnd(name) != len(name) {
		return fmt.Errorf("%w: %q is no name of a property", ErrField, name)
	}
	for _, taken := range [...]string{"BEGIN", "END", "VERSION"} {
		if strings.EqualFold(name, taken) {
			return fmt.Errorf("%w: %s cannot be set", ErrField, taken)
		}
	}
	return nil
}
