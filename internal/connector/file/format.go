package file

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// format is how the configuration says that files are written; zero where it
// leaves that to the file.
type format struct {
	delimiter byte
	charset   charset
}

// charset is a character encoding. The zero value is none.
type charset struct {
	name   string
	coding encoding.Encoding // nil: UTF-8
}

var (
	utf8Set    = charset{name: "utf-8"}
	utf16Set   = charset{name: "utf-16"} // the byte order is found in the file
	utf16LE    = charset{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}
	utf16BE    = charset{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}
	windowsSet = charset{"windows-1252", charmap.Windows1252}
)

// marks are the byte order marks (Unicode standard, section 23.8).
var marks = []struct {
	bytes   string
	charset charset
}{
	{"\xef\xbb\xbf", utf8Set},
	{"\xff\xfe", utf16LE},
	{"\xfe\xff", utf16BE},
}

func parseFormat(delimiter, name string) (f format, err error) {
	switch {
	case delimiter == "":
	case strings.EqualFold(delimiter, "tab"), delimiter == `\t`:
		f.delimiter = '\t'
	case len(delimiter) != 1 || delimiter[0] >= 0x80 || strings.ContainsAny(delimiter, "\"\r\n\x00"):
		return f, fmt.Errorf("delimiter %q: one of , ; | tab, or another single ASCII character", delimiter)
	default:
		f.delimiter = delimiter[0]
	}
	if name != "" {
		f.charset, err = parseCharset(name)
	}
	return f, err
}

func parseCharset(name string) (charset, error) {
	lower := strings.ToLower(name)
	for _, known := range []charset{utf8Set, utf16Set, utf16LE, utf16BE} {
		if lower == known.name {
			return known, nil
		}
	}
	coding, err := ianaindex.IANA.Encoding(name)
	switch {
	case err != nil:
		return charset{}, fmt.Errorf("encoding %q is no name of the IANA register, such as utf-8, windows-1252, iso-8859-1, utf-16", name)
	case coding == nil:
		return charset{}, fmt.Errorf("encoding %q is known by name only: files in it cannot be read", name)
	case coding == unicode.UTF8:
		return utf8Set, nil
	}
	return charset{lower, coding}, nil
}

// restarts reports whether decoding may start at any character: the codings
// that switch between alphabets may not.
func (c charset) restarts() bool {
	return c.coding != japanese.ISO2022JP && c.coding != simplifiedchinese.HZGB2312
}

// choose decides the charset of a file from its first bytes, and how many of
// them are its byte order mark. sure is false where the whole content has the
// last word, see guess.go.
func (f format) choose(head []byte) (set charset, mark int, sure bool, err error) {
	for _, m := range marks {
		if !bytes.HasPrefix(head, []byte(m.bytes)) {
			continue
		}
		switch wanted := f.charset.name; {
		case wanted == "", wanted == m.charset.name, wanted == utf16Set.name && m.charset.coding != nil:
			return m.charset, len(m.bytes), true, nil
		case m.charset.coding == nil || strings.HasPrefix(wanted, "utf-"):
			return charset{}, 0, true, fmt.Errorf("the byte order mark says %s, the configuration %s", m.charset.name, wanted)
		}
	}
	switch {
	case f.charset.name == utf16Set.name && len(head) > 0 && head[0] == 0:
		return utf16BE, 0, true, nil
	case f.charset.name == utf16Set.name:
		return utf16LE, 0, true, nil
	case f.charset.name != "":
		return f.charset, 0, true, nil
	}
	return utf8Set, 0, false, nil
}

// holds reports whether text can be written in a charset and read back as it
// was.
func (c charset) holds(text string) bool {
	if c.coding == nil {
		return utf8.ValidString(text)
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		return false // which stands for what could not be read
	}
	coded, err := c.coding.NewEncoder().String(text)
	if err != nil {
		return false
	}
	back, err := c.coding.NewDecoder().String(coded)
	return err == nil && back == text
}

// writer encodes what is written to it. Close writes what is left, and leaves
// out open.
func (c charset) writer(out io.Writer) io.WriteCloser {
	if c.coding == nil {
		return plain{out}
	}
	return transform.NewWriter(out, c.coding.NewEncoder())
}

// plain is a writer that has nothing left to write.
type plain struct{ io.Writer }

func (plain) Close() error { return nil }
