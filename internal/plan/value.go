package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
	"kith/internal/norm"
)

// val is a slot's value on its way through a decision: the text, and its
// normal form where that differs.
type val struct{ text, norm string }

func (v val) blank() bool { return v.text == "" }

// normal is what equality is decided on.
func (v val) normal() string {
	if v.norm != "" {
		return v.norm
	}
	return v.text
}

func same(a, b val) bool { return a.normal() == b.normal() }

// normalize makes a val of a text of a type. Country reads what names none.
func normalize(typ contact.Type, text, country string) val {
	given := text
	if text = norm.Text(given); text == "" {
		return val{}
	}
	v := val{text: text}
	switch typ {
	case contact.TypeText:
		if text != given {
			v = val{text: norm.Layout(given), norm: text}
		}
	case contact.TypeEmail:
		v.norm = norm.Email(text)
	case contact.TypePhone:
		v.norm = norm.Phone(text, country)
	case contact.TypeCountry:
		v.norm = norm.Country(text)
	case contact.TypeURL:
		v.norm = norm.URL(text)
	case contact.TypeDate:
		if date, ok := norm.Date(text); ok {
			v.text = date
		}
	case contact.TypeFlag:
		if flag, ok := norm.Flag(text); ok {
			v.text = fmt.Sprint(flag)
		}
	case contact.TypeList:
		v.norm = normalList(text)
	}
	if v.norm == v.text {
		v.norm = ""
	}
	return v
}

// normalList ignores order and repetition: a list slot is a set.
func normalList(text string) string {
	items := strings.Split(text, contact.ListSeparator)
	for i, item := range items {
		items[i] = norm.Text(item)
	}
	slices.Sort(items)
	items = slices.DeleteFunc(slices.Compact(items), func(s string) bool { return s == "" })
	return strings.Join(items, contact.ListSeparator)
}

// digest is how a following place remembers a native value: by the normal form
// of its type, so that a reformatted number is no drift.
func (r *Row) digest(native, text string) string {
	typ := contact.TypeText
	if es := r.carries(native); len(es) > 0 && es[0].pattern == nil && es[0].Values == nil {
		typ = es[0].typ
	}
	if typ == contact.TypeRef {
		typ = contact.TypeText
	}
	return contact.Digest(normalize(typ, text, r.Country).normal())
}

// memo is how the row remembers a native value: as text where the place gives.
func (r *Row) memo(native, text string) string {
	if r.Gives != nil {
		return text
	}
	return r.digest(native, text)
}

// dateLayout turns a pattern such as dd.mm.yyyy into a layout of package time.
func dateLayout(pattern string) (string, error) {
	layout := strings.NewReplacer("yyyy", "2006", "yy", "06", "mm", "01", "dd", "02").Replace(strings.ToLower(pattern))
	if !strings.Contains(layout, "01") || !strings.Contains(layout, "02") {
		return "", fmt.Errorf("as: %q is no date pattern; one is dd.mm.yyyy", pattern)
	}
	return layout, nil
}

// fromStyle reads a native text by its `as` into the text norm understands.
func (e *entry) fromStyle(text string) string {
	if e.As == "" || text == "" {
		return text
	}
	switch e.typ {
	case contact.TypeDate:
		layout, err := dateLayout(e.As)
		if err != nil {
			return text
		}
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format("2006-01-02")
		}
	case contact.TypeFlag:
		yes, no, _ := strings.Cut(e.As, "/")
		switch {
		case strings.EqualFold(text, yes):
			return "true"
		case strings.EqualFold(text, no):
			return "false"
		}
	case contact.TypeList:
		return strings.ReplaceAll(text, e.As, contact.ListSeparator)
	}
	return text
}

// toStyle writes a slot's text the way the native field wants it.
func (r *Row) toStyle(e *entry, v val) string {
	switch e.typ {
	case contact.TypePhone:
		return r.phone(e, v)
	case contact.TypeDate:
		if e.As == "" {
			return v.text
		}
		layout, err := dateLayout(e.As)
		if err != nil {
			return v.text
		}
		if t, err := time.Parse("2006-01-02", v.text); err == nil {
			return t.Format(layout)
		}
	case contact.TypeFlag:
		if yes, no, ok := strings.Cut(e.As, "/"); ok {
			if v.text == "true" {
				return yes
			}
			return no
		}
	case contact.TypeCountry:
		if !r.Lists { // a field wants the code; on an address people read the name as it was typed
			return v.normal()
		}
	case contact.TypeList:
		if e.As != "" {
			return strings.ReplaceAll(v.text, contact.ListSeparator, e.As)
		}
	}
	return v.text
}

// phone writes a number in the place's style. A number typed without its
// country, which this place would read as another one, is written with it.
func (r *Row) phone(e *entry, v val) string {
	style := e.As
	if style == "" {
		style = r.Phones
	}
	if style == "" || style == "as typed" {
		if norm.Phone(v.text, r.Country) == v.normal() {
			return v.text
		}
		style = "international"
	}
	return norm.PhoneAs(v.normal(), r.Country, style)
}
