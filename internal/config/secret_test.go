package config

import (
	"errors"
	"os"
	"testing"
)

func testSecrets() Secrets {
	env := map[string]string{"DSN": "postgres://u:p@h/d", "EMPTY": "", "STORE": "postgres://x"}
	return Secrets{
		Env: func(name string) (string, bool) { value, ok := env[name]; return value, ok },
		File: func(path string) ([]byte, error) {
			switch path {
			case "/run/dav":
				return []byte("geheim\r\n"), nil
			case "/run/empty":
				return []byte("\n"), nil
			}
			return nil, os.ErrNotExist
		},
	}
}

const secretFile = `
store: env:STORE
leading: e
systems:
  e: {connector: sqldb, dialect: postgres, dsn: env:DSN}
  b: {connector: carddav, url: https://h, user: 007, password: file:/run/dav}
person:
  e: {direction: gives, collection: c, id: i, map: {name.given: g}}
  b: takes
`

// Secrets are read when they are needed, not when the file is.
func TestSecretsAreReadLate(t *testing.T) {
	file, err := Load("kith.yaml", []byte(secretFile), testKinds(), testSecrets())
	if err != nil {
		t.Fatal(err)
	}
	if store, err := file.ResolveStore(); err != nil || store != "postgres://x" {
		t.Errorf("store %q, %v", store, err)
	}
	for system, want := range map[string][2]string{"e": {"dsn", "postgres://u:p@h/d"}, "b": {"password", "geheim"}} {
		s, ok := file.System(system)
		if !ok {
			t.Fatalf("no system %s", system)
		}
		if !isReference(s.Keys[want[0]]) {
			t.Errorf("%s holds the secret itself", system)
		}
		keys, err := s.Resolve()
		if err != nil || keys[want[0]] != want[1] {
			t.Errorf("%s: %q, %v", system, keys[want[0]], err)
		}
	}
	b, _ := file.System("b")
	if b.Keys["user"] != "007" || b.Keys["url"] != "https://h" {
		t.Errorf("keys %v", b.Keys)
	}
}

func TestMissingSecretsAreNamed(t *testing.T) {
	secrets := testSecrets()
	for reference, want := range map[string]string{
		"env:NONE": "the environment has no NONE", "env:EMPTY": "the environment has no EMPTY",
		"file:/run/empty": "/run/empty is empty", "file:/none": "read the secret: file does not exist",
	} {
		if _, err := secrets.resolve(reference); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", reference, err, want)
		}
	}
	if _, err := secrets.resolve("file:/none"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the cause is lost: %v", err)
	}
	if _, err := (System{Name: "crm", Keys: map[string]string{"dsn": "env:NONE"}}).Resolve(); err == nil || err.Error() != "crm.dsn: the environment has no NONE" {
		t.Errorf("%v", err)
	}
	for _, text := range []string{"env:", "file:", "plain", "ENV:X"} {
		if isReference(text) {
			t.Errorf("%q is taken for a reference", text)
		}
	}
}
