package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kith/internal/match"
)

// matchFlags are the flags of `kith match`.
type matchFlags struct {
	out, groups, id, country string
	columns                  []string
	strict, oneToOne, many   bool
}

func (p *program) matchCommand() *cobra.Command {
	var o matchFlags
	cmd := &cobra.Command{
		Use: "match A.csv [B.csv]", Short: "Find the same persons in two CSV files, or the duplicates in one",
		Long: `Reads one or two CSV files of persons and writes the pairs that are certainly or
possibly the same, with a score (log2 odds) and the reasons. Columns are found by
their header (first_name, last_name, name, email, mobile, phone, company, street,
postcode, city, country, birth_date, and their names in four languages) or named
with --columns. No configuration and no store are used.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usage("kith match needs one CSV file, or two")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return p.match(cmd.Context(), args, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "", "write the pairs to `FILE` instead of standard output")
	f.StringVar(&o.groups, "groups", "", "with one file: write who belongs together to `FILE` (group,id)")
	f.StringVar(&o.id, "id", "", "the `COLUMN` with the record's id (default: the first)")
	f.StringVar(&o.country, "country", "", "ISO `CODE` for numbers and addresses that name no country")
	f.StringSliceVar(&o.columns, "columns", nil, "what a column is, as first_name=`HEADER`,…")
	f.BoolVar(&o.strict, "strict", false, "only the same e-mail address, or the same last name and mobile number")
	f.BoolVar(&o.oneToOne, "one-to-one", false, "a record has at most one partner (default with two files)")
	f.BoolVar(&o.many, "many", false, "a record may have several partners")
	return cmd
}

func (p *program) match(ctx context.Context, args []string, o matchFlags) (err error) {
	files, err := o.files(args)
	if err != nil {
		return err
	}
	if p.json && o.out == "" {
		return usage("--json prints a summary to standard output, so the pairs need --out FILE")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // a million records are kept, not made anew
	began := p.now()
	readers := make([]io.Reader, len(args))
	for i, name := range args {
		file, err := os.Open(name)
		if err != nil {
			return usage("%v", err)
		}
		defer file.Close()
		readers[i] = file
	}
	files.Left = readers[0]
	if len(readers) == 2 {
		files.Right = readers[1]
	}
	pairs, groups := newWhole(o.out, p.stdout), newWhole(o.groups, nil)
	defer func() { err = errors.Join(err, pairs.end(err), groups.end(err)) }()
	files.Out = pairs
	if o.groups != "" {
		files.Groups = groups
	}
	bars := p.newProgress()
	defer bars.close()
	files.Note = func(text string) { p.say("%s", text) }
	files.Options.Progress = func(stage string, done, total int) { bars.Step("match", stage, done, total) }
	files.Options.Cancelled = ctx.Err
	summary, err := match.Link(files)
	bars.close()
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return usage("%v", err)
	}
	return p.matched(summary, p.now().Sub(began))
}

// files makes of the flags what match.Link asks for.
func (o matchFlags) files(args []string) (match.Files, error) {
	switch {
	case o.oneToOne && o.many:
		return match.Files{}, usage("--one-to-one and --many exclude one another")
	case o.groups != "" && len(args) == 2:
		return match.Files{}, usage("--groups is for one file; of two, the pairs say who belongs together")
	}
	f := match.Files{ID: o.id, Country: strings.ToUpper(o.country), Columns: map[string]string{}}
	for _, text := range o.columns {
		ours, theirs, ok := strings.Cut(text, "=")
		if !ok || ours == "" || theirs == "" {
			return f, usage("--columns %q is not of the form first_name=HEADER", text)
		}
		f.Columns[strings.TrimSpace(ours)] = strings.TrimSpace(theirs)
	}
	f.Options = match.Options{Strict: o.strict, OneToOne: o.oneToOne || len(args) == 2 && !o.many, Workers: runtime.NumCPU()}
	return f, nil
}

func (p *program) matched(s match.Summary, took time.Duration) error {
	if p.json {
		return p.line("summary", struct {
			match.Summary
			Seconds float64 `json:"seconds"`
			PeakMiB float64 `json:"peak_mib"`
		}{s, took.Seconds(), peakMiB()})
	}
	p.say("%d and %s: %s certain, %d possible, in %s", s.Left, count(s.Right, "record", "records"), count(s.Certain, "pair", "pairs"), s.Possible, took.Round(time.Millisecond))
	return nil
}

// whole is an output that appears in its place only when it is complete.
type whole struct {
	*bufio.Writer
	path string
	file *os.File
	err  error
}

// newWhole writes to a file of that path, or to w where there is no path.
func newWhole(path string, w io.Writer) *whole {
	if path == "" {
		if w == nil {
			w = io.Discard
		}
		return &whole{Writer: bufio.NewWriter(w)}
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".kith-*")
	if err != nil {
		return &whole{Writer: bufio.NewWriter(io.Discard), path: path, err: err}
	}
	return &whole{Writer: bufio.NewWriter(file), path: path, file: file}
}

// end puts the file in its place, or takes it away where the work has failed.
func (o *whole) end(failed error) error {
	err := errors.Join(o.err, o.Flush())
	if o.file == nil {
		if o.path != "" && err != nil {
			return fmt.Errorf("write %s: %w", o.path, err)
		}
		return err
	}
	err = errors.Join(err, o.file.Chmod(0o644), o.file.Close())
	if failed != nil || err != nil {
		return errors.Join(err, os.Remove(o.file.Name()))
	}
	return os.Rename(o.file.Name(), o.path)
}
