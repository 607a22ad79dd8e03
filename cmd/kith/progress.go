package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress draws a bar for each place and phase on a terminal, with the rate
// and the time left. Anywhere else it is silent.
type progress struct {
	mu   sync.Mutex
	all  *mpb.Progress
	bars map[string]*mpb.Bar
	done bool
	end  context.CancelFunc
}

// newProgress watches a command's work. Short work shows nothing.
func (p *program) newProgress() *progress {
	if p.quiet || p.json || !isTerminal(p.stderr) {
		return &progress{done: true}
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &progress{
		all:  mpb.NewWithContext(ctx, mpb.WithOutput(p.stderr), mpb.WithWidth(64), mpb.WithRefreshRate(150*time.Millisecond)),
		bars: map[string]*mpb.Bar{}, end: cancel,
	}
}

// Step implements engine.Progress.
func (g *progress) Step(place, phase string, done, total int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done {
		return
	}
	key := place + " " + phase
	bar := g.bars[key]
	if bar == nil {
		if done < 1000 && total < 1000 {
			return
		}
		bar = g.bar(key, total)
		g.bars[key] = bar
	}
	if total > 0 {
		bar.SetTotal(int64(total), done >= total)
	} else {
		bar.SetTotal(int64(done)+1, false)
	}
	bar.SetCurrent(int64(done))
}

func (g *progress) bar(name string, total int) *mpb.Bar {
	left := decor.Any(func(decor.Statistics) string { return "" })
	if total > 0 {
		left = decor.AverageETA(decor.ET_STYLE_MMSS)
	}
	return g.all.AddBar(int64(total),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-20s", name)), decor.CurrentNoUnit("%8d")),
		mpb.AppendDecorators(decor.AverageSpeed(0, "%.0f/s "), left),
	)
}

// close takes the bars away. It may be called twice.
func (g *progress) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.done {
		return
	}
	g.done = true
	for _, bar := range g.bars {
		bar.Abort(true)
	}
	g.all.Wait()
	g.end()
}
