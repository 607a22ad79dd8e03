package carddav

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"kith/internal/vcard"
)

// RenderWithoutREV is what DAViCal does: it leaves a card alone that bears a REV in
// the basic form of ISO 8601. Any other gets one, of the same time where it can be
// read, and is then written anew as a whole, with all that is escaped unescaped and
// too little of it escaped again: a semicolon in ADR, N or ORG parts two components
// from then on, and a comma in CATEGORIES two categories.
func RenderWithoutREV(text string, now time.Time) string {
	return edited(text, func(c *vcard.Card) {
		given := ""
		if p := c.Get("REV"); p != nil {
			given = strings.TrimSpace(p.Value)
		}
		if basicREV.MatchString(given) {
			return
		}
		rev := now.UTC().Format("20060102T150405Z")
		if m := extendedREV.FindStringSubmatch(given); m != nil {
			rev = strings.Join(m[1:], "") + "Z"
		}
		c.Remove(func(p *vcard.Property) bool { return p.Is("REV") })
		for i := range c.Properties {
			if p := &c.Properties[i]; p.Name != "" {
				p.Group, p.Name, p.Params = strings.ToUpper(p.Group), strings.ToUpper(p.Name), rendered(p.Params)
				p.Value = escapedAnew(p.Name, p.Value)
			}
		}
		c.Properties = append(c.Properties, vcard.Property{Name: "REV", Value: rev})
	})
}

var (
	basicREV    = regexp.MustCompile(`^\d{8}T\d{6}Z$`)
	extendedREV = regexp.MustCompile(`(\d{4})-(\d{2})-(\d{2}T)(\d{2}):(\d{2}):(\d{2})Z?`)
	unescapable = regexp.MustCompile(`\\([,;:"\\])`)
)

// escapedAnew is a value as it is after it was read and written. A line end is
// found before a backslash is unescaped, so that the second one of two takes the
// letter behind it.
func escapedAnew(name, value string) string {
	value = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\r`, "\r", `\R`, "\r").Replace(value)
	value = unescapable.ReplaceAllString(value, "$1")
	switch {
	case slices.Contains([]string{"URL", "GEO", "CATEGORIES"}, name):
		return value
	case slices.Contains([]string{"ADR", "N", "ORG"}, name):
		return strings.NewReplacer(`\`, `\\`, "\r\n", `\n`, "\n", `\n`, ",", `\,`).Replace(value)
	}
	return strings.NewReplacer(`\`, `\\`, "\r\n", `\n`, "\n", `\n`, ",", `\,`, ";", `\;`).Replace(value)
}

// rendered writes parameters in capitals, those of one name together, and quotes
// only what has to be quoted.
func rendered(params vcard.Params) vcard.Params {
	var names []string
	values := map[string][]string{}
	for p := range params.All() {
		name, value := strings.ToUpper(p.Name), strings.Trim(p.Value, `"`)
		if name == "" { // the bare word of version 2.1
			name, value = strings.ToUpper(p.Value), ""
		}
		if strings.ContainsAny(value, ";:") {
			value = `"` + value + `"`
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		values[name] = append(values[name], value)
	}
	var b strings.Builder
	for _, name := range names {
		for _, value := range values[name] {
			b.WriteString(";" + name)
			if value != "" {
				b.WriteString("=" + value)
			}
		}
	}
	return vcard.Params(b.String())
}
