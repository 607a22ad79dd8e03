package sim

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed data/*.txt
var data embed.FS

// country is what names, firms, addresses and numbers of one country are made
// of. The files of data hold one each, a line for each field.
type country struct {
	iso      string
	code     string // telephone code of the country
	vat      string // pattern
	firms    []string
	trades   []string
	streets  []string
	address  string // pattern
	women    []string
	men      []string
	families []string
	titles   []string // "WOMAN/MAN" where they differ
	mobiles  []string // patterns
	towns    []town
}

// town is a place with its own postcodes and telephone numbers. In a pattern
// each # stands for a digit.
type town struct{ name, postcode, phone string }

// readCountry reads a country's file. The files are part of the program, so
// that a mistake in one is a mistake in it.
func readCountry(iso string) *country {
	text, err := data.ReadFile("data/" + strings.ToLower(iso) + ".txt")
	if err != nil {
		panic(err)
	}
	c := &country{iso: iso}
	lists := map[string]*[]string{
		"firms": &c.firms, "trades": &c.trades, "streets": &c.streets, "women": &c.women, "men": &c.men,
		"families": &c.families, "titles": &c.titles,
	}
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch list := lists[key]; {
		case line[0] == '#':
		case list != nil:
			*list = strings.Split(value, "; ")
		case key == "code":
			c.code = value
		case key == "vat":
			c.vat = value
		case key == "address":
			c.address = value
		case key == "mobile":
			c.mobiles = append(c.mobiles, value)
		case key == "town":
			parts := strings.Split(value, "; ")
			c.towns = append(c.towns, town{parts[0], parts[1], parts[2]})
		default:
			panic(fmt.Sprintf("sim: data of %s: there is no field %q", iso, key))
		}
	}
	return c
}

// title returns a job title as one says it of a woman or a man.
func (c *country) title(n int, woman bool) string {
	of, man, two := strings.Cut(c.titles[n%len(c.titles)], "/")
	if two && !woman {
		return man
	}
	return of
}

// digits puts the last digits of n into a pattern.
func digits(pattern string, n int) string {
	out := []byte(pattern)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i] == '#' {
			out[i] = byte('0' + n%10)
			n /= 10
		}
	}
	return string(out)
}

// capacity is how many texts a pattern makes.
func capacity(pattern string) int {
	n := 1
	for range strings.Count(pattern, "#") {
		n *= 10
	}
	return n
}
