package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/sentence"
	"kith/internal/store"
)

// survey reads every place and counts which records take part, and why the
// others do not.
func (p *program) survey(ctx context.Context, h *house) error {
	dir, err := os.MkdirTemp("", "kith-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	empty, err := store.Open(ctx, filepath.Join(dir, "kith.db"), store.Options{})
	if err != nil {
		return err
	}
	defer empty.Close()
	options := h.options
	options.Store = empty
	bars := p.newProgress()
	options.Progress = bars
	shares, stops, err := engine.Survey(ctx, options)
	bars.close()
	if err != nil {
		return err
	}
	for _, place := range sortedKeys(stops) {
		p.stop(stops[place])
	}
	for i, share := range shares {
		if err := p.share(h, share, i == 0); err != nil {
			return err
		}
	}
	return nil
}

type shareLine struct {
	Place   string         `json:"place"`
	Kind    contact.Kind   `json:"kind"`
	Records int            `json:"records"`
	Part    int            `json:"part"`
	Out     map[string]int `json:"out,omitempty"`
	Choose  []string       `json:"choose,omitempty"`
}

func (p *program) share(h *house, s engine.Share, first bool) error {
	line := shareLine{s.Place, s.Kind, s.Records, s.Part, s.Out, chooses(h, s)}
	if p.json {
		return p.line("share", line)
	}
	head := "          "
	if first {
		head = "TAKES PART"
	}
	text := fmt.Sprintf("%s  %-7s  %d of %d in %s", head, s.Kind, s.Part, s.Records, s.Place)
	if len(line.Choose) > 0 {
		text += ": " + strings.Join(line.Choose, " or ")
	}
	for _, code := range sortedKeys(s.Out) {
		text += fmt.Sprintf("; %d: %s", s.Out[code], sentence.Of(contact.Because(code, s.Place, "…")))
	}
	_, err := fmt.Fprintln(p.stdout, text)
	return err
}

// chooses are the filters of a row in words.
func chooses(h *house, s engine.Share) []string {
	row := h.book.Row(s.Place, s.Kind)
	switch {
	case row.Gives != nil && len(row.Gives.Choose.Any) > 0:
		return row.Gives.Choose.Any
	case row.Takes != nil && len(row.Takes.Choose.Any) > 0:
		return row.Takes.Choose.Any
	}
	return nil
}
