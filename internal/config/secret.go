package config

import (
	"fmt"
	"strings"
)

// Secrets reads what references stand for. Both are fields so that a test, or
// a secret manager, can take their place.
type Secrets struct {
	Env  func(name string) (string, bool)
	File func(path string) ([]byte, error)
}

// isReference reports whether a text stands for another: env:NAME or file:PATH.
func isReference(text string) bool {
	name, isEnv := strings.CutPrefix(text, "env:")
	path, isFile := strings.CutPrefix(text, "file:")
	return isEnv && name != "" || isFile && path != ""
}

// resolve returns what a text stands for; a text that is no reference stands
// for itself. The error names the reference, never what it holds.
func (s Secrets) resolve(text string) (string, error) {
	if !isReference(text) {
		return text, nil
	}
	if name, ok := strings.CutPrefix(text, "env:"); ok {
		if s.Env != nil {
			if value, ok := s.Env(name); ok && value != "" {
				return value, nil
			}
		}
		return "", fmt.Errorf("the environment has no %s", name)
	}
	path := strings.TrimPrefix(text, "file:")
	if s.File == nil {
		return "", fmt.Errorf("%s cannot be read", path)
	}
	content, err := s.File(path)
	if err != nil {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	value := strings.TrimRight(string(content), "\r\n")
	if value == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return value, nil
}
