package plan

import (
	"fmt"
	"math"
	"strconv"

	"kith/internal/contact"
)

// Thresholds of the brakes that no setting moves; `brake` sets the removals.
const (
	shrunkenBelow = 0.80 // a complete listing shows fewer of its links
	massShare     = 0.50 // changed or blanked records of the links
	massCount     = 10   // and at least this many more
)

// Intake is what a place is about to tell, counted before anything of it is
// folded.
type Intake struct {
	Place    string
	Links    int            // live links of the kind
	LinksDay int            // live links 24 hours ago, for the share of removals
	Complete bool           // the intake ends a complete listing
	Shown    int            // records the listing showed
	Changed  int            // linked records that show something else
	Removed  int            // linked records that went away
	Day      int            // removals already let in during the last 24 hours
	Filled   map[string]int // by field: linked records that showed a value; counted where MayBlank says so
	Blanked  map[string]int // by field: those of them that now show none
	Missing  []string       // fields that the collection no longer has
}

// GuardIn stops a mass change before it is folded. A zero reason lets it pass.
func GuardIn(in Intake, brake contact.Brake) contact.Reason {
	if brake.Off || in.Links == 0 {
		return contact.Reason{}
	}
	links := strconv.Itoa(in.Links)
	switch {
	case len(in.Missing) > 0:
		return contact.Because(contact.CodeColumnGone, append([]string{in.Place}, in.Missing...)...)
	case in.Complete && in.Shown == 0:
		return contact.Because(contact.CodeEmptied, in.Place, links)
	case in.Complete && float64(in.Shown) < shrunkenBelow*float64(in.Links) && in.Links-in.Shown > limit(in.LinksDay, brake):
		return contact.Because(contact.CodeShrunken, in.Place, strconv.Itoa(in.Shown), links)
	}
	for _, field := range sortedCounts(in.Blanked) { // before "all changed", because it names the field
		if mass(in.Blanked[field], in.Filled[field]) {
			return contact.Because(contact.CodeBlanked, in.Place, field, strconv.Itoa(in.Blanked[field]), strconv.Itoa(in.Filled[field]))
		}
	}
	if mass(in.Changed, in.Links) {
		return contact.Because(contact.CodeAllChanged, in.Place, strconv.Itoa(in.Changed), links)
	}
	if removed := in.Removed + in.Day; in.Removed > 0 && removed > limit(in.LinksDay, brake) {
		return contact.Because(contact.CodeRemovalsIn, in.Place, strconv.Itoa(removed), strconv.Itoa(in.LinksDay), strconv.Itoa(limit(in.LinksDay, brake)))
	}
	return contact.Reason{}
}

// MayBlank reports whether so many records show a field blank that it counts
// how many had a value there.
func MayBlank(in Intake) bool {
	for _, n := range in.Blanked {
		if n > massCount {
			return true
		}
	}
	return false
}

// Outlet is what is about to be written to a place.
type Outlet struct {
	Place    string
	LinksDay int
	Removals int
	Day      int // removals already written during the last 24 hours
	Writes   int
	Changed  bool // the configuration changed and nobody has released it
}

// GuardOut stops removals beyond the brake, and any write that a changed
// configuration causes, before they leave.
func GuardOut(out Outlet, brake contact.Brake) contact.Reason {
	if out.Changed && out.Writes > 0 {
		return contact.Because(contact.CodeConfigChanged, out.Place, strconv.Itoa(out.Writes))
	}
	if removals := out.Removals + out.Day; !brake.Off && out.Removals > 0 && removals > limit(out.LinksDay, brake) {
		return contact.Because(contact.CodeRemovalsOut, out.Place, strconv.Itoa(removals), strconv.Itoa(out.LinksDay), strconv.Itoa(limit(out.LinksDay, brake)))
	}
	return contact.Reason{}
}

// limit is how many removals pass in 24 hours: the larger of a count and a
// share of the links.
func limit(links int, brake contact.Brake) int {
	return max(brake.Count, int(math.Floor(float64(links)*brake.Percent/100)))
}

func mass(count, of int) bool {
	return count > massCount && float64(count) > massShare*float64(of)
}

func sortedCounts(counts map[string]int) []string {
	names := contact.Fields{}
	for name := range counts {
		names[name] = ""
	}
	return names.Names()
}

// BrakeText says a brake as the configuration writes it.
func BrakeText(b contact.Brake) string {
	if b.Off {
		return "off"
	}
	return fmt.Sprintf("%d or %g%%", b.Count, b.Percent)
}

// Differs reports whether a record shows another value of some mapped field
// than the link has seen, and counts the fields that showed a value and now
// show none. A reformatted value is no difference.
func (r *Row) Differs(record contact.Record, link contact.Link, blanked map[string]int) bool {
	differs := false
	for native, text := range r.show(record, link, &contact.Party{}, nil) {
		seen, had := link.Seen[native]
		if unread, held := link.Held[unreadKey(native)]; held && unread == text {
			continue
		}
		if !had || r.remembers(native, seen, text) {
			continue
		}
		differs = true
		if text == "" && !isLabelKey(native) && !r.isBlank(native, seen) {
			blanked[native]++
		}
	}
	return differs
}

// remembers reports whether a memo's value stands for a text.
func (r *Row) remembers(native, seen, text string) bool {
	if contact.IsDigest(seen) {
		return seen == r.digest(native, text)
	}
	return seen == text || r.digest(native, seen) == r.digest(native, text)
}

// CountFilled counts the fields in which a link has seen a value.
func (r *Row) CountFilled(link contact.Link, filled map[string]int) {
	for native, seen := range link.Seen {
		if !r.isBlank(native, seen) {
			filled[native]++
		}
	}
}

func (r *Row) isBlank(native, seen string) bool {
	return seen == "" || contact.IsDigest(seen) && seen == r.digest(native, "")
}
