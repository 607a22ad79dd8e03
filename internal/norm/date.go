package norm

import "strings"

// Date reads a day in the layouts people and systems use and writes it as
// 2006-01-02, or --01-02 where the year is not known. Day and month in digits with
// dots, hyphens or slashes are read day first unless that is no date. Years need four
// digits: "02.01.65" is no date, for nothing tells its century. The years 1604
// and 0000 are what address books write for "no year". A time after the day is ignored.
func Date(s string) (string, bool) {
	t := Text(s)
	if day, ok := isoDate(t); ok {
		return day, true
	}
	var room [6]string
	list := dateWords(room[:0], t)
	for len(list) > 3 && (list[0][0] < '0' || list[0][0] > '9') && month(list[0]) == 0 {
		list = list[1:] // Sunday, den, le
	}
	if len(list) < 3 {
		return "", false
	}
	a, b, c := list[0], list[1], list[2]
	if m := month(b); m > 0 { // 2 January 2006
		return makeDate(number(c, 4, 4), m, dayNumber(a))
	}
	if m := month(a); m > 0 { // January 2, 2006
		return makeDate(number(c, 4, 4), m, dayNumber(b))
	}
	if y := number(a, 4, 4); y >= 0 { // 2006/1/2
		return makeDate(y, number(b, 1, 2), number(c, 1, 2))
	}
	y, first, second := number(c, 4, 4), number(a, 1, 2), number(b, 1, 2)
	if day, ok := makeDate(y, second, first); ok {
		return day, true
	}
	return makeDate(y, first, second)
}

// isoDate reads 2006-01-02, 20060102, --01-02 and --0102, with or without a time.
func isoDate(t string) (string, bool) {
	if rest, ok := strings.CutPrefix(t, "--"); ok {
		if len(rest) == 5 && rest[2] == '-' {
			return makeDate(0, number(rest[:2], 2, 2), number(rest[3:], 2, 2))
		}
		if len(rest) == 4 {
			return makeDate(0, number(rest[:2], 2, 2), number(rest[2:], 2, 2))
		}
		return "", false
	}
	if len(t) >= 10 && t[4] == '-' && t[7] == '-' && (len(t) == 10 || t[10] == 'T' || t[10] == ' ' || t[10] == 'Z') {
		day, ok := makeDate(number(t[:4], 4, 4), number(t[5:7], 2, 2), number(t[8:10], 2, 2))
		if ok && day == t[:10] {
			day = t[:10] // no copy for what is normal
		}
		return day, ok
	}
	if (len(t) == 8 || len(t) > 9 && t[8] == 'T') && number(t[:8], 8, 8) >= 0 {
		return makeDate(number(t[:4], 4, 4), number(t[4:6], 2, 2), number(t[6:8], 2, 2))
	}
	return "", false
}

func dateWords(dst []string, t string) []string {
	for len(t) > 0 && len(dst) < cap(dst) {
		i := strings.IndexAny(t, " .,/-\n")
		if i < 0 {
			return append(dst, t)
		}
		if i > 0 {
			dst = append(dst, t[:i])
		}
		t = t[i+1:]
	}
	return dst
}

// dayNumber reads a day of the month as it is written beside the name of one: 9, 1st, 1er.
func dayNumber(s string) int {
	if i := strings.IndexFunc(s, func(c rune) bool { return c < '0' || c > '9' }); i > 0 {
		switch strings.ToLower(s[i:]) {
		case "st", "nd", "rd", "th", "er", ":a", ":e":
			s = s[:i]
		}
	}
	return number(s, 1, 2)
}

// number reads between lo and hi digits, or answers -1.
func number(s string, lo, hi int) int {
	if len(s) < lo || len(s) > hi || !onlyDigits(s) {
		return -1
	}
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func makeDate(y, m, d int) (string, bool) {
	if y < 0 || m < 1 || m > 12 || d < 1 {
		return "", false
	}
	if y == 1604 {
		y = 0
	}
	if y != 0 && y < 1000 || d > monthDays(y, m) {
		return "", false
	}
	var b []byte
	if y == 0 {
		b = append(b, '-')
	} else {
		b = append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10))
	}
	return string(append(b, '-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10))), true
}

func monthDays(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) { // an unknown year (0) may be a leap year
			return 29
		}
		return 28
	}
	return 31
}

// month knows the names of months and their usual short forms in the four languages.
func month(s string) int {
	if len(s) < 3 || s[0] >= '0' && s[0] <= '9' {
		return 0
	}
	return months[fold(s, false)]
}

var months = monthNames([12]string{
	"jan january januar jaenner janvier januari janv", "feb february februar feber fevrier februari fev febr fevr",
	"mar march maerz mars mrz marts maer", "apr april avril avr", "may mai maj", "jun june juni juin",
	"jul july juli juillet juil", "aug august aout augusti", "sep september septembre sept", "oct october oktober octobre okt",
	"nov november novembre", "dec december dezember decembre dez desember des",
})

func monthNames(names [12]string) map[string]int {
	m := make(map[string]int)
	for i, list := range names {
		for _, name := range strings.Fields(list) {
			m[name] = i + 1
		}
	}
	return m
}
