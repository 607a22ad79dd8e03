package match

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Files is one task of linking: two lists, or one in which to find the duplicates.
type Files struct {
	Left, Right io.Reader         // CSV with a header; Right nil: duplicates in Left
	Out         io.Writer         // left,right,verdict,score,why
	Groups      io.Writer         // group,id, for one file; may be nil
	Names       [2]string         // how messages call the lists
	Columns     map[string]string // a column's header to our name of it, where the header does not tell
	ID          string            // the header of the id column; empty: the first
	Country     string            // assumed where a record names none; may be empty
	Options     Options
	Note        func(string) // remarks for the user; may be nil
}

// Summary counts what a linking has done.
type Summary struct {
	Left     int    `json:"left"`     // records
	Right    int    `json:"right"`    // records of the second file, 0 for one file
	Certain  int    `json:"certain"`  // pairs
	Possible int    `json:"possible"` // pairs
	Unasked  int    `json:"unasked"`  // pairs likelier than not, for which no question was left
	Groups   int    `json:"groups"`   // of two records and more, for one file
	Model    string `json:"model"`
}

// ErrWrite is what Link fails with where the lists are in order and the result cannot
// be written.
var ErrWrite = errors.New("write")

// Link reads the lists, decides, and writes the pairs in the order of the left list.
func Link(f Files) (Summary, error) {
	b := NewBatch(Person, f.Country, f.Options)
	b.two = f.Right != nil
	var s Summary
	lists, err := f.open()
	if err != nil {
		return s, err
	}
	for side, l := range lists {
		if err := f.load(b, side, l); err != nil {
			return s, err
		}
	}
	pairs, err := b.Run()
	if err != nil {
		return s, err
	}
	if n := b.Thin(); n > 0 {
		f.note("values that very many records have in common: %d; of the records with such a value not every pair is listed, but each of them with one that stands for the others", n)
	}
	s.Left, s.Right, s.Model = b.sides[0], b.sides[1], b.model.Version
	w := bufio.NewWriterSize(f.Out, 1<<16)
	var line []byte
	line = append(line, "left,right,verdict,score,why\n"...)
	for i := range pairs {
		p := &pairs[i]
		switch p.Verdict {
		case Certain:
			s.Certain++
		case Possible:
			s.Possible++
		case None:
			s.Unasked++
		}
		left, right := b.IDs(p)
		why := b.Explain(p).Shown()
		line = appendCSV(line, left)
		line = appendCSV(append(line, ','), right)
		line = append(append(append(line, ','), p.Verdict.String()...), ',')
		line = strconv.AppendFloat(line, why.Score, 'f', -1, 64)
		line = appendCSV(append(line, ','), why.String())
		line = append(line, '\n')
		if i%10_000 == 0 {
			if err := f.Options.cancelled(); err != nil {
				return s, err
			}
		}
		if _, err := w.Write(line); err != nil {
			return s, fmt.Errorf("%w the pairs: %w", ErrWrite, err)
		}
		line = line[:0]
	}
	w.Write(line)
	if err := w.Flush(); err != nil {
		return s, fmt.Errorf("%w the pairs: %w", ErrWrite, err)
	}
	if s.Unasked > 0 {
		f.note("%d more pairs are likelier one than not, but as many as may be are possible already; they are listed with the verdict none", s.Unasked)
	}
	if f.Right == nil {
		s.Groups, err = b.writeGroups(f.Groups)
	}
	return s, err
}

// writeGroups writes the groups of two records and more, numbered from 1 in the order
// of their first record.
func (b *Batch) writeGroups(out io.Writer) (int, error) {
	if out == nil {
		out = io.Discard
	}
	w := csv.NewWriter(out)
	w.Write([]string{"group", "id"})
	n := 0
	for _, group := range b.Groups() {
		n++
		for _, row := range group {
			w.Write([]string{strconv.Itoa(n), b.ids[0].text(uint32(row) + 1)})
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return n, fmt.Errorf("%w the groups: %w", ErrWrite, err)
	}
	return n, nil
}

// appendCSV writes one cell, quoted where it must be.
func appendCSV(dst []byte, s string) []byte {
	quote := false
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == ',' || c == '"' || c == '\n' || c == '\r' {
			quote = true
		}
	}
	if !quote {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}
