package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kith/internal/config"
	"kith/internal/match"
	"kith/internal/norm"
)

// matchFlags are the flags of `kith match`.
type matchFlags struct {
	out, groups, id, country string
	columns                  []string
	wrong, reviewed          string
	strict, oneToOne, many   bool
}

func (p *program) matchCommand() *cobra.Command {
	var o matchFlags
	cmd := &cobra.Command{
		Use: "match A.csv [B.csv]", Short: "Find the same persons in two CSV files, or the duplicates in one",
		Long: `Reads one or two CSV files of persons (- is standard input) and writes the pairs
that are certainly or possibly the same, with a score (log2 odds) and the reasons.
Columns are found by their header (first_name, last_name, name, email, mobile, phone,
company, street, postcode, city, country, birth_date, and their names in four
languages) or named with --columns. Records are called by the first column, or by
their line where its values do not differ. No configuration and no store are used.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usage("kith match needs one CSV file, or two")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return p.match(cmd.Context(), cmd.InOrStdin(), args, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.out, "out", "", "write the pairs to `FILE` instead of standard output")
	f.StringVar(&o.groups, "groups", "", "with one file: write who belongs together to `FILE` (group,id)")
	f.StringVar(&o.id, "id", "", "the `COLUMN` with the record's id (default: the first)")
	f.StringVar(&o.country, "country", "", "ISO `CODE` for numbers and addresses that name no country")
	f.StringSliceVar(&o.columns, "columns", nil, "what a column is, as first_name=`HEADER`,…")
	f.StringVar(&o.wrong, "wrong", "5", "`N`: accepted wrong links per 10,000 certain ones")
	f.StringVar(&o.reviewed, "reviewed", "3%", "`SHARE`: so many pairs for each record may be possible, the likeliest ones")
	f.BoolVar(&o.strict, "strict", false, "only the plain rules: same e-mail, or same last name and mobile number (certain); same name, or same last name and number (possible)")
	f.BoolVar(&o.oneToOne, "one-to-one", false, "a record has at most one partner (default with two files)")
	f.BoolVar(&o.many, "many", false, "a record may have several partners")
	return cmd
}

func (p *program) match(ctx context.Context, stdin io.Reader, args []string, o matchFlags) (err error) {
	files, err := o.files(args)
	if err != nil {
		return err
	}
	if p.json && o.out == "" {
		return usage("--json prints a summary to standard output, so the pairs need --out FILE")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // a million records are kept, not made anew
	began := p.now()
	for i, name := range args {
		in, err := openList(name, stdin)
		if err != nil {
			return usage("%v", err)
		}
		defer in.Close()
		files.Names[i] = name
		if i == 0 {
			files.Left = in
		} else {
			files.Right = in
		}
	}
	pairs, err := newWhole(o.out, p.stdout)
	if err != nil {
		return err
	}
	groups, err := newWhole(o.groups, io.Discard)
	if err != nil {
		return errors.Join(err, pairs.end(err))
	}
	files.Out, files.Groups = pairs, groups
	bars := p.newProgress()
	defer bars.close()
	files.Note = func(text string) { p.say("%s", text) }
	files.Options.Progress = func(stage string, done, total int) { bars.Step("match", stage, done, total) }
	files.Options.Cancelled = ctx.Err
	summary, err := match.Link(files)
	bars.close()
	if ctx.Err() != nil {
		err = errors.New("interrupted; no result has been written")
	}
	failed := errors.Join(pairs.end(err), groups.end(err)) // what cannot be written is no mistake of the lists
	switch {
	case ctx.Err() != nil, errors.Is(err, match.ErrWrite):
		return err
	case err != nil:
		return usage("%v", err)
	case failed != nil:
		return failed
	}
	return p.matched(summary, len(args) == 2, p.now().Sub(began))
}

// openList opens a file of persons.
func openList(name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(stdin), nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, fmt.Errorf("open %s: it is a directory; name a CSV file", name)
	}
	return file, nil
}

// files makes of the flags what match.Link asks for.
func (o matchFlags) files(args []string) (match.Files, error) {
	f := match.Files{ID: o.id, Columns: map[string]string{}}
	switch {
	case o.oneToOne && o.many:
		return f, usage("--one-to-one and --many exclude one another")
	case o.groups != "" && len(args) == 2:
		return f, usage("--groups is for one file; of two, the pairs say who belongs together")
	case len(args) == 2 && args[0] == "-" && args[1] == "-":
		return f, usage("only one of the two files can be standard input")
	case sameFile(o.out, o.groups):
		return f, usage("--out and --groups name the same file %s", o.out)
	}
	for _, in := range args {
		if sameFile(in, o.out) || sameFile(in, o.groups) {
			return f, usage("%s is read: write the result to another file", in)
		}
	}
	if o.country != "" {
		// what is unknown comes back as it was
		if f.Country = norm.Country(strings.ToLower(o.country)); len(f.Country) != 2 || f.Country != strings.ToUpper(f.Country) {
			return f, usage("--country %q is no country; give its code, such as DE", o.country)
		}
	}
	for _, text := range o.columns {
		ours, theirs, _ := strings.Cut(text, "=")
		ours, theirs = strings.TrimSpace(ours), strings.TrimSpace(theirs)
		if ours == "" || theirs == "" {
			return f, usage("--columns %q is not of the form first_name=HEADER", text)
		}
		if f.Columns[theirs] != "" {
			return f, usage("--columns names %q twice", theirs)
		}
		f.Columns[theirs] = ours
	}
	wrong, err := config.ParseWrong(o.wrong)
	if err != nil {
		return f, usage("--wrong: %v", err)
	}
	percent, err := config.ParseShare(o.reviewed)
	if err != nil {
		return f, usage("--reviewed: %v", err)
	}
	f.Options = match.Options{Wrong: wrong, Reviewed: percent / 100, Strict: o.strict, OneToOne: o.oneToOne || len(args) == 2 && !o.many, Workers: runtime.NumCPU()}
	return f, nil
}

func (p *program) matched(s match.Summary, two bool, took time.Duration) error {
	if p.json {
		return p.line("summary", struct {
			match.Summary
			Seconds float64 `json:"seconds"`
			PeakMiB float64 `json:"peak_mib"`
		}{s, took.Seconds(), peakMiB()})
	}
	of := count(s.Left, "record", "records")
	if two {
		of = fmt.Sprintf("%d and %s", s.Left, count(s.Right, "record", "records"))
	}
	text := fmt.Sprintf("%s: %s certain, %d possible", of, count(s.Certain, "pair", "pairs"), s.Possible)
	if !two {
		text += ", " + count(s.Groups, "group", "groups")
	}
	p.say("%s, in %s", text, took.Round(time.Millisecond))
	return nil
}
