package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/store"
)

// health is what a running server tells of itself. No value and no id of a
// contact ever becomes a label.
type health struct {
	store    *store.Store
	engine   *engine.Engine
	places   []string
	stopping atomic.Bool
	registry *prometheus.Registry

	visits  *prometheus.CounterVec
	stopped *prometheus.GaugeVec

	tell func(place string, why contact.Reason) // a place stops, or, without a reason, goes on

	mu    sync.Mutex
	fresh map[string]time.Time      // the end of the last visit that went through
	why   map[string]contact.Reason // what was told last
}

func newHealth(st *store.Store, e *engine.Engine, places []string, tell func(string, contact.Reason)) *health {
	h := &health{store: st, engine: e, places: places, registry: prometheus.NewRegistry(), tell: tell,
		fresh: map[string]time.Time{}, why: map[string]contact.Reason{}}
	h.visits = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "kith_visits_total", Help: "Visits of a place, by how they ended.",
	}, []string{"place", "end"})
	h.stopped = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "kith_place_stopped", Help: "1 while a place cannot go on, by reason.",
	}, []string{"place", "reason"})
	h.registry.MustRegister(h.visits, h.stopped, h)
	return h
}

var (
	linksDesc = prometheus.NewDesc("kith_links", "Records of a place, by what they are.", []string{"place", "state"}, nil)
	freshDesc = prometheus.NewDesc("kith_place_fresh_timestamp_seconds", "When a place was last in step.", []string{"place"}, nil)
	askedDesc = prometheus.NewDesc("kith_reviews_open", "Questions that wait for a person.", nil, nil)
)

// Describe implements prometheus.Collector.
func (h *health) Describe(out chan<- *prometheus.Desc) {
	out <- linksDesc
	out <- freshDesc
	out <- askedDesc
}

// Collect implements prometheus.Collector.
func (h *health) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, place := range h.places {
		n, err := h.store.Count(ctx, place)
		if err != nil {
			out <- prometheus.NewInvalidMetric(linksDesc, err)
			continue
		}
		for state, count := range map[string]int{"linked": n.Live, "unlinked": n.Unlinked, "due": n.Due, "problem": n.Problems, "inbox": n.Inbox} {
			out <- prometheus.MustNewConstMetric(linksDesc, prometheus.GaugeValue, float64(count), place, state)
		}
		h.mu.Lock()
		fresh, known := h.fresh[place]
		h.mu.Unlock()
		if known {
			out <- prometheus.MustNewConstMetric(freshDesc, prometheus.GaugeValue, float64(fresh.Unix()), place)
		}
	}
	open, err := h.store.CountOpenReviews(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(askedDesc, err)
		return
	}
	out <- prometheus.MustNewConstMetric(askedDesc, prometheus.GaugeValue, float64(open))
}

func (h *health) mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", h.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(h.registry, promhttp.HandlerOpts{}))
	return mux
}

// ready answers whether work goes on: the store answers and has room, and no stop
// is under way. A system that cannot be reached is no reason: the others go on.
func (h *health) ready(w http.ResponseWriter, r *http.Request) {
	if h.stopping.Load() {
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return
	}
	if _, err := h.store.Places(r.Context()); err != nil {
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	if h.storeIsFull() {
		http.Error(w, "the store has no room", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

func (h *health) storeIsFull() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, why := range h.why {
		if why.Code == contact.CodeStoreFull {
			return true
		}
	}
	return false
}

// watch lets the health hear how every visit ended.
func (h *health) watch(w engine.Waker) engine.Waker { return watched{w, h} }

type watched struct {
	engine.Waker
	health *health
}

func (w watched) Rest(place string, v engine.Visit) {
	h := w.health
	h.stopped.DeletePartialMatch(prometheus.Labels{"place": place})
	end := "done"
	if v.Stop.IsZero() {
		h.mu.Lock()
		h.fresh[place] = time.Now()
		h.mu.Unlock()
	} else {
		end = v.Stop.Code
		if end != contact.CodeInterrupted {
			h.stopped.WithLabelValues(place, end).Set(1)
		}
	}
	h.visits.WithLabelValues(place, end).Inc()
	if end != contact.CodeInterrupted {
		h.turn(place, v.Stop)
	}
	w.Waker.Rest(place, v)
}

// turn tells of a place what it has not told of it last: a place that cannot
// be reached for a day is one line in the log, not one for each try.
func (h *health) turn(place string, why contact.Reason) {
	h.mu.Lock()
	defer h.mu.Unlock()
	last := h.why[place]
	if last.Code == why.Code && slices.Equal(last.Args, why.Args) {
		return
	}
	h.why[place] = why
	h.tell(place, why)
}
