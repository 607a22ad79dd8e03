package main

import (
	"errors"
	"strconv"

	"github.com/spf13/cobra"
)

// atLeastOne is a flag that takes a number from 1.
type atLeastOne int

// Set implements pflag.Value.
func (n *atLeastOne) Set(text string) error {
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 {
		return errors.New("it takes a number from 1")
	}
	*n = atLeastOne(number)
	return nil
}

// String implements pflag.Value.
func (n *atLeastOne) String() string { return strconv.Itoa(int(*n)) }

// Type implements pflag.Value.
func (n *atLeastOne) Type() string { return "int" }

// numberFlag adds a flag that takes a number from 1.
func numberFlag(cmd *cobra.Command, into *int, name string, normally int, says string) {
	*into = normally
	cmd.Flags().Var((*atLeastOne)(into), name, says)
}
