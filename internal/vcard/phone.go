package vcard

import (
	"net/url"
	"strings"
)

// phone gives the number as a person would write it. A tel: address (RFC 3966)
// loses its scheme, and ;ext=3 becomes " ext. 3".
func (p *Property) phone() string {
	text := p.Text()
	if !hasPrefixFold(text, "tel:") {
		return text
	}
	number, params, _ := strings.Cut(text[len("tel:"):], ";")
	if plain, err := url.PathUnescape(number); err == nil {
		number = plain
	}
	for param := range strings.SplitSeq(params, ";") {
		if ext, ok := strings.CutPrefix(param, "ext="); ok && ext != "" {
			number += " ext. " + ext
		}
	}
	return number
}

// setPhone writes a number: as a tel: address where the property holds one and
// the number can be one, else as text.
func (p *Property) setPhone(v Version, number string) {
	if hasPrefixFold(p.Text(), "tel:") {
		if address, ok := telAddress(number); ok {
			p.encodeAs(v, address)
			return
		}
	}
	if strings.EqualFold(p.Params.Get("VALUE"), "uri") {
		p.Params = p.Params.Without("VALUE")
	}
	p.SetText(v, number)
}

// telAddress makes a tel: address of an international number; others would
// need a context that no one has told us.
func telAddress(number string) (string, bool) {
	number, ext, _ := strings.Cut(number, " ext. ")
	number = strings.NewReplacer(" ", "-", "(", "", ")", "").Replace(number)
	digits, ok := strings.CutPrefix(number, "+")
	if !ok || strings.Trim(digits, "0123456789-.") != "" || strings.Trim(digits, "-.") == "" || !isDigits(ext) {
		return "", false
	}
	if ext != "" {
		number += ";ext=" + ext
	}
	return "tel:" + number, true
}
