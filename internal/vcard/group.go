package vcard

import (
	"slices"
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

// setLabelLine gives the property at a label line, or takes it away for "". An
// entry that shares its group with others leaves it, so that theirs stays.
func (c *Card) setLabelLine(at int, text string) error {
	p := &c.Properties[at]
	i, shared := c.labelLine(p.Group), c.sharesGroup(at)
	switch {
	case i < 0 && text == "":
		return nil
	case i >= 0 && text == "" && shared:
		p.Group = ""
		return nil
	case i >= 0 && text == "":
		group := p.Group
		c.Remove(func(q *Property) bool { return q.Is("X-ABLABEL") && strings.EqualFold(q.Group, group) })
		return nil
	case i >= 0 && !shared:
		c.Properties[i].SetText(c.version, text)
		return nil
	}
	if p.Group == "" || shared {
		p.Group = c.freeGroup()
	}
	line := Property{Group: p.Group, Name: "X-ABLabel"}
	line.SetText(c.version, text)
	if p.dangling() {
		return c.insert(at, line)
	}
	return c.insert(at+1, line)
}

// sharesGroup reports whether the group of a property holds another that is
// more than a description.
func (c *Card) sharesGroup(at int) bool {
	group := c.Properties[at].Group
	if group == "" {
		return false
	}
	for i := range c.Properties {
		if p := &c.Properties[i]; i != at && strings.EqualFold(p.Group, group) && !p.describes() {
			return true
		}
	}
	return false
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
	gone, shared := c.Properties[at], c.sharesGroup(at)
	c.Properties = slices.Delete(c.Properties, at, at+1)
	if gone.Group == "" || shared || gone.describes() {
		return
	}
	c.Remove(func(p *Property) bool { return strings.EqualFold(p.Group, gone.Group) && p.describes() })
}

// describes reports whether the line only tells about another of its group.
func (p *Property) describes() bool { return p.Is("X-ABLABEL") || p.Is("X-ABADR") }
