package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kith/internal/config"
	"kith/internal/contact"
	"kith/internal/engine"
)

// stopTime is how long a stop waits for visits to come to a safe point.
const stopTime = 8 * time.Second

func (p *program) serveCommand() *cobra.Command {
	var workers int
	cmd := &cobra.Command{
		Use: "serve", Short: "Keep the places in step by their schedules until stopped", Args: exactly(0, "no argument"),
		Long: `Visits the places by their schedules, and whenever there is work for them. On
the address "listen" it answers /livez (the process lives), /readyz (the store
answers and work goes on) and /metrics. It stops cleanly on SIGTERM and Ctrl-C.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := p.open(cmd.Context(), working, nil)
			if err != nil {
				return err
			}
			defer h.close()
			if err := h.start(cmd.Context()); err != nil {
				return err
			}
			return p.serve(cmd.Context(), h, workers)
		},
	}
	numberFlag(cmd, &workers, "workers", 4, "places visited at a time")
	return cmd
}

// serve runs until ctx ends. A stop that the caller asked for is no failure.
func (p *program) serve(ctx context.Context, h *house, workers int) error {
	listener, err := net.Listen("tcp", h.file.Listen)
	if err != nil {
		return usage("listen: %v", err)
	}
	state := newHealth(h.store, h.engine, h.book.Places(), p.turned)
	server := &http.Server{Handler: state.mux(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			p.log().Error("serve", "error", err)
		}
	}()
	p.say("kith keeps %d places in step; http://%s/readyz", len(h.book.Running()), listener.Addr())
	p.paused(h.book.Paused())
	start := p.now()
	alarm := &engine.Alarm{
		Places: h.book.Running(), HasWork: h.engine.HasWork, Now: p.now, Wait: wait,
		Schedule: func(place string, last time.Time) time.Time { return h.schedule(place).Next(start, last, p.now()) },
	}
	served := h.engine.Serve(ctx, state.watch(alarm), workers)
	state.stopping.Store(true)
	closing, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if err := server.Shutdown(closing); err != nil && served == nil {
		served = fmt.Errorf("stop: %w", err)
	}
	return served
}

// turned tells whoever reads the log that a place stops, or goes on again.
func (p *program) turned(place string, why contact.Reason) {
	if why.IsZero() {
		p.say("%s goes on", place)
		return
	}
	p.stop(why)
}

// schedule is when a place is read.
func (h *house) schedule(place string) config.Schedule {
	i := slices.IndexFunc(h.file.Places, func(q config.Place) bool { return q.Name == place })
	if i < 0 {
		return config.Schedule{ByHand: true}
	}
	system, _ := h.file.System(h.file.Places[i].System)
	return system.Sync
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
