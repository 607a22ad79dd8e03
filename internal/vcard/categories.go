package vcard

import "strings"

// addCategory lengthens the first CATEGORIES line, or makes one.
func (c *Card) addCategory(value string) error {
	p := c.Get(ListCategories)
	if p == nil {
		line := Property{Name: ListCategories}
		line.SetList(c.version, []string{value})
		return c.Add(line)
	}
	elements := p.escapedParts(c.version, ',')
	if len(elements) == 1 && strings.TrimSpace(elements[0]) == "" {
		elements = nil
	}
	return c.writeCategories(p, append(elements, escape(c.version, value, ",")))
}

// editCategory changes one category in its place, or takes it out for "".
func (c *Card) editCategory(e entry, value string) error {
	p := &c.Properties[e.at]
	elements := p.escapedParts(c.version, ',')
	if value != "" {
		elements[e.in] = escape(c.version, value, ",")
		return c.writeCategories(p, elements)
	}
	elements = append(elements[:e.in], elements[e.in+1:]...)
	if len(elements) == 0 {
		c.removeAt(e.at)
		return nil
	}
	return c.writeCategories(p, elements)
}

func (c *Card) writeCategories(p *Property, elements []string) error {
	before := *p
	p.encodeAs(c.version, strings.Join(elements, ","))
	if err := p.fits(); err != nil {
		*p = before
		return err
	}
	return nil
}
