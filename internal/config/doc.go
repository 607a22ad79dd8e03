// Package config reads the one file that says which systems there are and what
// each gives and takes. One table of keys (table.go) is the source of the
// reader, of the JSON Schema and of the reference on the terminal. What comes
// out is checked: every name in it exists, every rule of every row is decided,
// and the line each came from is known.
package config
