package vcard

import (
	"encoding/base64"
	"strings"
)

const hexDigits = "0123456789ABCDEF"

// decodeQuoted resolves quoted-printable without soft line breaks, which are
// gone already. A sign without two digits stands for itself.
func decodeQuoted(s string) string {
	if !strings.Contains(s, "=") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			high, low := unhex(s[i+1]), unhex(s[i+2])
			if high >= 0 && low >= 0 {
				b.WriteByte(byte(high<<4 | low))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// encodeQuoted writes quoted-printable; line ends become CRLF, as in mail.
func encodeQuoted(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			b.WriteString("=0D=0A")
		case c > ' ' && c < 0x7f && c != '=' || c == ' ' && i+1 < len(s):
			b.WriteByte(c)
		default:
			writeHex(&b, c)
		}
	}
	return b.String()
}

func writeHex(b *strings.Builder, c byte) {
	b.WriteByte('=')
	b.WriteByte(hexDigits[c>>4])
	b.WriteByte(hexDigits[c&15])
}

// isBase64 reports whether s holds nothing but base64.
func isBase64(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '+' && c != '/' && c != '=' {
			return false
		}
	}
	return true
}

// decodeBase64 accepts spaces, which 2.1 leaves in folded values, and missing
// padding.
func decodeBase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, " \t\r\n") {
		s = strings.Join(strings.Fields(s), "")
	}
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
