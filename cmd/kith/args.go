package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// exactly asks for n arguments and says which.
func exactly(n int, which string) cobra.PositionalArgs { return between(n, n, which) }

// between asks for some arguments, of which the last may be left out.
func between(least, most int, which string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usage("%s needs %s; see `%s --help`", cmd.CommandPath(), which, cmd.CommandPath())
		}
		return nil
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// subcommand asks for one of the commands below a command.
func subcommand(parent string, words ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usage("there is no command %q below `kith %s`; there are %s", args[0], parent, strings.Join(words, ", "))
		}
		return nil
	}
}
