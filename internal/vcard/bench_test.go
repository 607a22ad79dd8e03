package vcard

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// typical is a card as address books hold thousands of, about 0.5 kB.
var typical = crlf("BEGIN:VCARD", "VERSION:3.0", "UID:lab-7", "FN:Anna Ärlig 7", "N:Ärlig;Anna;7;;", "ORG:Company 1 AB;Dept 7", "TITLE:Title 7",
	"EMAIL;TYPE=WORK:p7@lab.test", "EMAIL;TYPE=HOME:p7@home.test", "TEL;TYPE=CELL:+46 70 0000007", "TEL;TYPE=WORK:+46 40 000007",
	"ADR;TYPE=WORK:;;Gatan 7;Malmö;;00007;Sweden", `NOTE:Note 7\, with a comma\nand a second line`, "CATEGORIES:Lab,C0", "REV:20260101T000000Z", "END:VCARD")

var photographed = strings.Replace(typical, "REV:", "PHOTO;ENCODING=b;TYPE=JPEG:"+strings.Repeat(strings.Repeat("A", 74)+"\r\n ", 2700)+"\r\nREV:", 1)

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{"typical": typical, "photo": photographed} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse([]byte(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnchangedRoundTrip(b *testing.B) {
	for name, text := range map[string]string{"typical": typical, "photo": photographed} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				c, err := Parse([]byte(text))
				if err != nil || len(c.Bytes()) != len(text) {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkShow is what a full comparison costs per card.
func BenchmarkShow(b *testing.B) {
	c := mustParse(b, typical)
	b.ReportAllocs()
	for b.Loop() {
		if len(c.Fields()) == 0 || len(c.Lists()) == 0 {
			b.Fatal("nothing shown")
		}
	}
}

// BenchmarkEdit reads a card, changes a title and a phone, and writes it.
func BenchmarkEdit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		c, err := Parse([]byte(typical))
		if err != nil {
			b.Fatal(err)
		}
		if err := c.SetField("TITLE", "Chefin"); err != nil {
			b.Fatal(err)
		}
		if err := c.ReplaceItem(ListPhone, Item{Value: "+46 70 0000007", Label: "mobile"}, Item{Value: "+46 70 8", Label: "mobile"}); err != nil {
			b.Fatal(err)
		}
		c.Bytes()
	}
}

// BenchmarkStream reads a file of 2,000 cards.
func BenchmarkStream(b *testing.B) {
	text := []byte(strings.Repeat(typical, 2000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for r := NewReader(bytes.NewReader(text)); ; n++ {
			if _, err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		if n != 2000 {
			b.Fatal(n)
		}
	}
}
