package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kith/internal/config"
)

func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [file|system|kind|row|field]",
		Short: "Print the JSON Schema of the configuration, or the keys of one level",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("kith schema shows one level at a time: %s", levelWords())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				_, err := p.stdout.Write(append(config.Schema(configKinds(p.kinds)), '\n'))
				return err
			}
			keys := config.Keys(config.Where(args[0]))
			if len(keys) == 0 {
				return usage("there is no level %q; there are %s", args[0], levelWords())
			}
			lines := p.list("key", "KEY", "VALUES", "DEFAULT", "MEANING")
			for _, k := range keys {
				if err := lines.add(keyLine{k.Name, k.Where, k.Values, k.Default, k.Doc}, k.Name, k.Values, fmt.Sprintf("%q", k.Default), k.Doc); err != nil {
					return err
				}
			}
			return lines.end()
		},
	}
}

type keyLine struct {
	Key     string         `json:"key"`
	Where   []config.Where `json:"where"`
	Values  string         `json:"values"`
	Default string         `json:"default"`
	Meaning string         `json:"meaning"`
}

func levelWords() string {
	words := make([]string, len(config.Levels))
	for i, l := range config.Levels {
		words[i] = string(l)
	}
	return strings.Join(words, ", ")
}
