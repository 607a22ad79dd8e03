package norm

// Flag reads a yes or no in the ways systems and people write it, in English,
// German, French and the Scandinavian languages. The second result tells whether
// the text was one at all.
func Flag(s string) (value, ok bool) {
	value, ok = flags[lower(s)]
	return value, ok
}

var flags = map[string]bool{
	"1": true, "y": true, "yes": true, "t": true, "true": true, "on": true, "x": true, "j": true, "ja": true, "wahr": true, "an": true,
	"o": true, "oui": true, "vrai": true, "sant": true, "sann": true, "sand": true, "ok": true, "✓": true, "✔": true, "☑": true, "-1": true,
	"0": false, "n": false, "no": false, "f": false, "false": false, "off": false, "nein": false, "falsch": false, "aus": false,
	"non": false, "faux": false, "nej": false, "nei": false, "falskt": false, "falsk": false, "☐": false,
}
