package file

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"kith/internal/contact"
	"kith/internal/spelling"
)

// header is what the first line says about a file.
type header struct {
	columns   []string
	delimiter byte
	lineEnd   string
	quoteAll  bool // every name is in quotation marks, so values are too
	id        int  // the columns of keys and of markers
	marker    int  // -1: the row names none
	shown     []int
	missing   []string // mapped columns that are not there
}

// delimiters are tried in this order.
const delimiters = ",;\t|"

// delimiterOf finds the delimiter by the first line: of those under which the
// column of keys is there, the one that makes the most columns.
func delimiterOf(line []byte, id string) byte {
	best, most := delimiters[0], -1
	for i := range len(delimiters) {
		r := newRows(bytes.NewReader(line), delimiters[i], 0, 1)
		_ = r.next() // what is wrong with the line is said when it is read for good
		score := len(r.spans)
		for n := range r.spans {
			if r.value(n) == id {
				score += maxColumns
			}
		}
		if score > most {
			best, most = delimiters[i], score
		}
	}
	return best
}

// readHeader reads the header from the row that r stands on.
func (c *collection) readHeader(r *rows) (header, error) {
	h := header{delimiter: r.delimiter, lineEnd: "\n", quoteAll: true, marker: -1}
	if bytes.HasSuffix(r.text, []byte("\r\n")) {
		h.lineEnd = "\r\n"
	}
	for i := range r.spans {
		name := r.value(i)
		if name != "" && slices.Contains(h.columns, name) {
			return h, c.malformed(r.line, "two columns are called %s", name)
		}
		h.columns = append(h.columns, name)
		h.quoteAll = h.quoteAll && r.spans[i].quoted
	}
	if h.id = slices.Index(h.columns, c.spec.ID); h.id < 0 {
		return h, c.noColumn("id", c.spec.ID, h.columns)
	}
	if c.spec.Marker != "" {
		if h.marker = slices.Index(h.columns, c.spec.Marker); h.marker < 0 {
			return h, c.noColumn("marker", c.spec.Marker, h.columns)
		}
	}
	if len(c.mapped) == 0 {
		for i, name := range h.columns {
			if name != "" && i != h.marker {
				h.shown = append(h.shown, i)
			}
		}
	}
	for _, name := range c.mapped {
		if i := slices.Index(h.columns, name); i >= 0 && name != "" {
			h.shown = append(h.shown, i)
		} else {
			h.missing = append(h.missing, name)
		}
	}
	return h, nil
}

func (c *collection) noColumn(role, name string, columns []string) error {
	return contact.Fail(contact.Setup, "%s has no column %s for the %s%s", c.name(), name, role, spelling.Hint(name, columns))
}

// increase returns the number after the highest: "0099" is followed by "0100".
func increase(highest string) string {
	digits := []byte(highest)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i]++; digits[i] <= '9' {
			return string(digits)
		}
		digits[i] = '0'
	}
	return "1" + string(digits)
}

// isNumber reports whether a key is a number of digits only.
func isNumber(key string) bool {
	return key != "" && strings.Trim(key, "0123456789") == ""
}

// higher reports whether one number is higher than another; "" is the lowest.
func higher(a, b string) bool {
	x, y := strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	switch {
	case b == "":
		return true
	case len(x) != len(y):
		return len(x) > len(y)
	}
	return x > y
}

// wellCoded refuses a row whose bytes are no text in the file's charset.
func (c *collection) wellCoded(r *rows, set charset) error {
	if set.coding == nil && !utf8.Valid(r.text) || set.coding != nil && bytes.ContainsRune(r.text, utf8.RuneError) {
		return c.malformed(r.line, "a character is not valid %s", set.name)
	}
	return nil
}
