package main

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// readable is a value for people: a picture, which is kept as an address that
// holds its content (RFC 2397), is told by its type and size.
func readable(text string) string {
	rest, data := strings.CutPrefix(text, "data:")
	media, content, whole := strings.Cut(rest, ";base64,")
	if !data || !whole || !strings.HasPrefix(media, "image/") {
		return text
	}
	bytes := base64.StdEncoding.DecodedLen(len(content)) - strings.Count(content[max(0, len(content)-2):], "=")
	return fmt.Sprintf("(%s, %d bytes)", media, bytes)
}

// onOneLine is a foreign text that neither breaks a line nor commands the terminal
// it is shown on: what is no graphic character is spelled out.
func onOneLine(text string) string {
	if strings.IndexFunc(text, commanding) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if commanding(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func commanding(r rune) bool { return !unicode.IsGraphic(r) }

// quoted is a value for people in quotation marks, a picture without.
func quoted(text string) string {
	if words := readable(text); words != text {
		return words
	}
	return strconv.Quote(text)
}
