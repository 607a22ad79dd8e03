package vcard

import (
	"fmt"
	"strconv"
	"strings"
)

// FieldNames are the single-valued native fields every card is said to show,
// blank or not. Any other X- property is a field under its name in capitals.
//
//	FN  NICKNAME  TITLE  ROLE  NOTE  URL  IMPP  UID    text of that property
//	N.family N.given N.middle N.prefix N.suffix        components of N
//	ORG.1 ORG.2 (ORG.3 …)                              company, department (and below)
//	BDAY                                               2001-12-31, or --12-31 without a year
//	X-GENDER X-LANGUAGE                                in 4.0 also GENDER and LANG
//	X-NUMBER X-OFFICE X-MANAGER X-ASSISTANT
//
// Of several properties with the name the preferred one counts, else the first;
// for URL and IMPP one of TYPE=HOME never does.
var FieldNames = []string{
	"FN", "N.family", "N.given", "N.middle", "N.prefix", "N.suffix", "NICKNAME",
	"ORG.1", "ORG.2", "TITLE", "ROLE", "BDAY", "NOTE", "URL", "IMPP", "UID",
	"X-GENDER", "X-LANGUAGE", "X-NUMBER", "X-OFFICE", "X-MANAGER", "X-ASSISTANT",
}

var nameParts = []string{"N.family", "N.given", "N.middle", "N.prefix", "N.suffix"}

// notFields are written through lists, photo and kind, or by no one.
var notFields = []string{"BEGIN", "END", "VERSION", "N", "ORG", "EMAIL", "TEL", "ADR", "CATEGORIES", "PHOTO", "X-ABLABEL", "X-ABADR", "X-ABSHOWAS"}

// IsField reports whether Field and SetField know a name: it is one of
// FieldNames, a part of ORG, or any property that is a single text.
func IsField(name string) bool {
	_, err := parseField(name)
	return err == nil
}

// field says where a native field lives.
type field struct {
	property  string
	component int // from 1; 0: the property is one text
}

func parseField(name string) (field, error) {
	for i, part := range nameParts {
		if part == name {
			return field{"N", i + 1}, nil
		}
	}
	if n, ok := strings.CutPrefix(name, "ORG."); ok {
		if i, err := strconv.Atoi(n); err == nil && i >= 1 && i <= 9 {
			return field{"ORG", i}, nil
		}
	}
	if err := checkName(name); err != nil {
		return field{}, err
	}
	for _, other := range notFields {
		if strings.EqualFold(name, other) {
			return field{}, fmt.Errorf("%w: %s is not a field of its own", ErrField, name)
		}
	}
	return field{property: name}, nil
}

// locate finds the property that shows the field, -1 if there is none. For
// fields that got a name of their own in 4.0, f becomes that name.
func (c *Card) locate(f *field) int {
	i := c.pick(f.property)
	if i >= 0 || c.version != V40 {
		return i
	}
	switch strings.ToUpper(f.property) {
	case "X-GENDER":
		*f = field{"GENDER", 1}
	case "X-LANGUAGE":
		f.property = "LANG"
	default:
		return -1
	}
	return c.pick(f.property)
}

// pick chooses among several properties of a name.
func (c *Card) pick(name string) int {
	best, rank := -1, 0
	for i, p := range c.All(name) {
		if r := p.preference(); !p.private() && (best < 0 || r < rank) {
			best, rank = i, r
		}
	}
	return best
}

// private reports whether a web page or messenger is not one of the company.
func (p *Property) private() bool {
	return (p.Is("URL") || p.Is("IMPP")) && p.types()&(isHome|isWork) == isHome
}

// Field gives one field, blank where the card does not show it.
func (c *Card) Field(name string) string {
	f, err := parseField(name)
	if err != nil {
		return ""
	}
	i := c.locate(&f)
	if i < 0 {
		return ""
	}
	return c.Properties[i].fieldText(f)
}

func (p *Property) fieldText(f field) string {
	switch {
	case f.component > 0:
		if parts := p.Components(); len(parts) >= f.component {
			return parts[f.component-1]
		}
		return ""
	case isDate(f.property):
		return p.date()
	}
	return p.Text()
}

// Fields gives all fields: FieldNames, the names in also, further parts of ORG
// and all X- properties. What the card does not show is there as "".
func (c *Card) Fields(also ...string) map[string]string {
	fields := make(map[string]string, len(FieldNames)+len(also)+4)
	for _, name := range FieldNames {
		fields[name] = c.Field(name)
	}
	for _, name := range also {
		fields[name] = c.Field(name)
	}
	if i := c.pick("ORG"); i >= 0 {
		for n, part := range c.Properties[i].Components() {
			if n >= 2 && n < 9 && part != "" {
				fields["ORG."+strconv.Itoa(n+1)] = part
			}
		}
	}
	for i := range c.Properties {
		name := c.Properties[i].Name
		if !hasPrefixFold(name, "X-") {
			continue
		}
		name = strings.ToUpper(name)
		if _, known := fields[name]; known {
			continue
		}
		if _, err := parseField(name); err == nil {
			fields[name] = c.Field(name)
		}
	}
	return fields
}

// SetField changes one field and nothing else; a value that is shown already
// changes nothing. "" takes the property out, but FN and N, which every card
// must have, and a property that another of its name would replace, stay as
// blank lines. UID cannot be blanked. Errors are ErrField and ErrLimit.
func (c *Card) SetField(name, value string) error {
	f, err := parseField(name)
	if err != nil {
		return err
	}
	value = clean(value)
	i := c.locate(&f)
	if i < 0 {
		if value == "" {
			return nil
		}
		return c.addField(f, value)
	}
	p := &c.Properties[i]
	if isDate(f.property) {
		value = normalDate(value)
	}
	if p.fieldText(f) == value {
		return nil
	}
	if value == "" && strings.EqualFold(f.property, "UID") {
		return fmt.Errorf("%w: a vCard cannot be without UID", ErrField)
	}
	old := *p
	c.writeField(p, f, value)
	if err := p.fits(); err != nil {
		*p = old
		return err
	}
	if value == "" {
		c.dropBlank(i, f.property)
	}
	return nil
}

func (c *Card) addField(f field, value string) error {
	p := Property{Name: f.property}
	if p.Is("N") {
		p.Value = ";;;;"
	}
	c.writeField(&p, f, value)
	return c.Add(p)
}

func (c *Card) writeField(p *Property, f field, value string) {
	switch {
	case f.component > 0:
		p.setComponent(c.version, f.component-1, value)
	case isDate(f.property):
		p.setDate(c.version, value)
	case strings.EqualFold(f.property, "NICKNAME"):
		// A list by its nature: commas typed into the one field stay commas.
		p.SetList(c.version, strings.Split(value, ","))
	case strings.EqualFold(f.property, "URL"), strings.EqualFold(f.property, "IMPP"):
		// An address is not escaped, except for what would break the line.
		p.encodeAs(c.version, escape(V21, strings.ReplaceAll(value, "\n", ""), ""))
	default:
		p.SetText(c.version, value)
	}
}

// dropBlank takes out a property that was blanked, if it may go.
func (c *Card) dropBlank(i int, name string) {
	p := &c.Properties[i]
	switch {
	case p.Is("FN"), p.Is("N"):
		return
	case strings.Join(p.Components(), "") != "":
		return // other components are left
	}
	for j, other := range c.All(name) {
		if j != i && !other.private() {
			return
		}
	}
	c.removeAt(i)
}
