package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kith/internal/config"
	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/plan"
	"kith/internal/store"
)

// house is everything a command works with, opened from one configuration.
type house struct {
	file    *config.File
	book    *plan.Book
	store   *store.Store
	systems map[string]connector.System
	engine  *engine.Engine
	options engine.Options
	scratch string // a store made only for a preview; removed at close
}

// access says how a command uses the store.
type access int

const (
	reading  access = iota // beside a running server
	deciding               // one short transaction beside a running server
	working                // alone
)

// load reads the configuration file.
func (p *program) load() (*config.File, error) {
	text, err := p.readFile(p.configFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage("there is no configuration file %s; name one with --config, or try `kith demo`", p.configFile)
	}
	if err != nil {
		return nil, usage("the configuration cannot be read: %v", err)
	}
	secret := func(path string) ([]byte, error) { return p.readFile(beside(p.configFile, path)) }
	return config.Load(p.configFile, text, configKinds(p.kinds), config.Secrets{Env: p.env, File: secret})
}

// beside is a path of the configuration: a relative one counts from where the
// file lies.
func beside(file, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// open opens the house for a command.
func (p *program) open(ctx context.Context, how access, progress engine.Progress) (*house, error) {
	file, err := p.load()
	if err != nil {
		return nil, err
	}
	h := &house{file: file}
	if h.book, err = plan.NewBook(file.Policies()); err != nil {
		return nil, usage("%v", err)
	}
	if err := h.openStore(ctx, how, p.now); err != nil {
		return nil, err
	}
	if h.systems, err = p.openSystems(h); err != nil {
		h.close()
		return nil, err
	}
	h.options = engine.Options{
		Store: h.store, Book: h.book, Systems: h.systems, Installation: installation(file),
		Holder: holder(), Now: p.now, Log: p.log(), Progress: progress,
		Abreast: placesAbreast,
	}
	return h, nil
}

// placesAbreast is how many places a run writes to at a time: one, so that the same
// systems always give the same records in the same order.
const placesAbreast = 1

// start makes the engine; a preview makes its own.
func (h *house) start(ctx context.Context) error {
	var err error
	h.engine, err = engine.New(ctx, h.options)
	return err
}

// started opens a house with its engine, for a command that looks at contacts or
// decides about them.
func (p *program) started(ctx context.Context, how access) (*house, error) {
	h, err := p.open(ctx, how, nil)
	if err != nil {
		return nil, err
	}
	if err := h.start(ctx); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// openStore opens the store under the program's clock, which its leases follow.
func (h *house) openStore(ctx context.Context, how access, now func() time.Time) error {
	dsn, err := h.file.ResolveStore()
	if err != nil {
		return usage("%v", err)
	}
	isFile := !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://")
	if isFile {
		dsn = beside(h.file.Name, dsn)
	}
	missing := false
	if _, err := os.Stat(dsn); isFile && errors.Is(err, fs.ErrNotExist) {
		missing = true
	}
	switch {
	case how == reading && missing:
		if h.scratch, err = os.MkdirTemp("", "kith-"); err != nil {
			return err
		}
		h.store, err = store.Open(ctx, filepath.Join(h.scratch, "kith.db"), store.Options{Now: now})
	case how == reading:
		h.store, err = store.OpenReadOnly(ctx, dsn)
	case how == deciding && missing:
		return usage("there is no store %s yet; run `kith sync` first", dsn)
	default:
		h.store, err = store.Open(ctx, dsn, store.Options{Exclusive: how == working, Now: now})
	}
	if err != nil {
		h.close()
		return err
	}
	return nil
}

// openSystems makes the doors, each behind the same manners. One that is
// paused is made where it can be, for what it says of itself counts; that its
// settings are wrong, or its secret is not there, is no mistake meanwhile.
func (p *program) openSystems(h *house) (map[string]connector.System, error) {
	systems := map[string]connector.System{}
	for _, s := range h.file.Systems {
		system, err := p.openSystem(h, s)
		switch {
		case err == nil:
			systems[s.Name] = system
		case !h.standsStill(s):
			return nil, err
		}
	}
	return systems, nil
}

// standsStill reports whether nothing of a system is read or written.
func (h *house) standsStill(s config.System) bool {
	for _, place := range h.file.Places {
		if place.System == s.Name {
			return place.Paused
		}
	}
	return s.Paused
}

func (p *program) openSystem(h *house, s config.System) (connector.System, error) {
	keys, err := s.Resolve()
	if err != nil {
		return nil, usage("%v", err)
	}
	pace, err := connector.ParsePace(s.Pace)
	if err != nil {
		return nil, usage("%s.pace: %v", s.Name, err)
	}
	k := p.kinds[slices.IndexFunc(p.kinds, func(k kind) bool { return k.Name == s.Connector })]
	for name, value := range keys {
		if k.isPath(name, keys) && value != "" && !strings.HasPrefix(value, "file:") {
			keys[name] = beside(h.file.Name, value)
		}
	}
	system, err := k.open(connector.Settings{
		Name: s.Name, Keys: keys, Collections: h.collections(s.Name), Fields: h.fields(s.Name),
		ReadOnly: s.ReadOnly, Timeout: s.Timeout, Zone: s.Zone, Now: p.now,
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", s.Name, err)
	}
	return connector.Wrap(system, connector.Manners{
		Pace: pace, Timeout: s.Timeout, ReadOnly: s.ReadOnly, Log: p.log(), Random: mathrand.Float64,
	}), nil
}

func (h *house) collections(system string) map[contact.Kind]contact.Collection {
	out := map[contact.Kind]contact.Collection{}
	for _, row := range h.file.Rows {
		if row.Policy.System == system {
			out[row.Policy.Kind] = row.Policy.Collection
		}
	}
	return out
}

func (h *house) fields(system string) map[contact.Kind][]string {
	out := map[contact.Kind][]string{}
	for _, kind := range contact.Kinds {
		for _, row := range h.book.Rows(kind) {
			if row.System == system {
				out[kind] = row.Natives()
			}
		}
	}
	return out
}

func (h *house) close() {
	for _, system := range h.systems {
		system.Close()
	}
	if h.store != nil {
		h.store.Close()
	}
	if h.scratch != "" {
		os.RemoveAll(h.scratch)
	}
}

// installation is the first half of our markers: configured, or derived from
// the systems as they are named and set up, so that a lost store is rebuilt
// with the same ids.
func installation(file *config.File) string {
	if file.Installation != "" {
		return file.Installation
	}
	hash := sha256.New()
	for _, s := range file.Systems {
		fmt.Fprintln(hash, s.Name, s.Connector)
		for _, name := range slices.Sorted(maps.Keys(s.Keys)) {
			fmt.Fprintln(hash, name, s.Keys[name])
		}
	}
	return "kith-" + hex.EncodeToString(hash.Sum(nil)[:4])
}

// holder names this process among all that may hold a place.
func holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "host"
	}
	return fmt.Sprintf("process %d on %s (%s)", os.Getpid(), host, rand.Text()[:8])
}
