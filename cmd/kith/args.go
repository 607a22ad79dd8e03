package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// exactly asks for n arguments and says which.
func exactly(n int, which string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
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
