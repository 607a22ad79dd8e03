package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// program is the command line with everything it touches of the outside, so
// that a test can run it.
type program struct {
	stdout *output
	stderr io.Writer
	env    func(string) (string, bool)
	now    func() time.Time
	kinds  []kind

	configFile string
	json       bool
	quiet      bool
	verbose    bool
}

func newProgram(stdout, stderr io.Writer, env func(string) (string, bool)) *program {
	return &program{stdout: &output{to: stdout}, stderr: stderr, env: env, now: time.Now, kinds: kinds()}
}

// run carries out one command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	working, stop := context.WithCancel(ctx)
	defer stop()
	p.stdout.fail = stop
	err := root.ExecuteContext(working)
	var ends exitCode
	switch mute := p.stdout.failed(); {
	case mute != nil:
		fmt.Fprintf(p.stderr, "kith: standard output cannot be written: %v\n", mute)
		return exitFailed
	case err == nil:
		return exitDone
	case errors.As(err, &ends):
		return int(ends)
	}
	fmt.Fprintln(p.stderr, "kith: "+err.Error())
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return codeOf(err)
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "kith",
		Short: "Keeps contact persons and companies in step between CRM, ERP and groupware",
		Long: `Kith keeps contact persons, and the companies they belong to, in step between
CRM, ERP and groupware: nothing lost, nothing twice, everything explained.

Start with "kith demo". Exit codes: 0 done · 1 failed · 2 usage or configuration ·
3 done, some records failed or wait · 4 changes exist (dry run) ·
5 reviews open (with --fail-on-review) · 11 held by another process ·
12 login refused · 13 system unreachable · 20 stopped by a brake · 130 interrupted.
Any other code is a failure too.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("there is no command %q; `kith --help` lists them", args[0])
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%v", err) })
	flags := root.PersistentFlags()
	flags.StringVar(&p.configFile, "config", "kith.yaml", "the configuration `FILE`")
	flags.BoolVar(&p.json, "json", false, "write JSON lines to standard output")
	flags.BoolVarP(&p.quiet, "quiet", "q", false, "no talk and no progress on standard error")
	flags.BoolVarP(&p.verbose, "verbose", "v", false, "log every request to standard error")
	root.AddCommand(
		p.demoCommand(), p.checkCommand(), p.syncCommand(), p.applyCommand(), p.serveCommand(),
		p.runsCommand(), p.runCommand(), p.contactCommand(), p.reviewCommand(),
		p.matchCommand(), p.schemaCommand(), p.versionCommand(),
	)
	return root
}

// usageError is a mistake in the command line or the configuration.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func (p *program) say(format string, args ...any) {
	if !p.quiet {
		fmt.Fprintf(p.stderr, format+"\n", args...)
	}
}

func (p *program) log() *slog.Logger {
	level := slog.LevelError
	if p.verbose {
		level = slog.LevelDebug
	}
	if p.quiet {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: level}))
}

func (p *program) readFile(path string) ([]byte, error) { return os.ReadFile(path) }

// isTerminal reports whether talk goes to a person's terminal.
func isTerminal(w io.Writer) bool {
	if out, ok := w.(*output); ok {
		w = out.to
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
