package vcard

import (
	"strconv"
	"strings"
)

// labelLine finds the X-ABLabel of a group, -1 if there is none. Servers change
// the case of groups and names.
func (c *Card) labelLine(group string) int {
	if group == "" {
		return -1
	}
	for i, p := range c.All("X-ABLABEL") {
		if strings.EqualFold(p.Group, group) {
			return i
		}
	}
	return -1
}

// setLabelLine gives property at a label line, or takes it away for "".
func (c *Card) setLabelLine(at int, text string) error {
	i := c.labelLine(c.Properties[at].Group)
	switch {
	case text == "" && i >= 0:
		c.removeAt(i)
		return nil
	case text == "":
		return nil
	case i >= 0:
		c.Properties[i].SetText(c.version, text)
		return nil
	}
	p := &c.Properties[at]
	if p.Group == "" {
		p.Group = c.freeGroup()
	}
	line := Property{Group: p.Group, Name: "X-ABLabel"}
	line.SetText(c.version, text)
	if p.dangling() {
		return c.insert(at, line)
	}
	return c.insert(at+1, line)
}

func (c *Card) freeGroup() string {
	used := map[string]bool{}
	for i := range c.Properties {
		used[strings.ToLower(c.Properties[i].Group)] = true
	}
	n := 1
	for used["item"+strconv.Itoa(n)] {
		n++
	}
	return "item" + strconv.Itoa(n)
}

// removeAt takes out a property, and with the last of a group the lines that
// only describe it.
func (c *Card) removeAt(at int) {
	gone := c.Properties[at]
	here := 0
	c.Remove(func(*Property) bool { here++; return here-1 == at })
	if gone.Group == "" || gone.describes() {
		return
	}
	for i := range c.Properties {
		if p := &c.Properties[i]; strings.EqualFold(p.Group, gone.Group) && !p.describes() {
			return
		}
	}
	c.Remove(func(p *Property) bool { return strings.EqualFold(p.Group, gone.Group) && p.describes() })
}

// describes reports whether the line only tells about another of its group.
func (p *Property) describes() bool { return p.Is("X-ABLABEL") || p.Is("X-ABADR") }
