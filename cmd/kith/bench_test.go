//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// cost is what one run of a program took, as the system accounts for the whole
// process.
type cost struct {
	wall, cpu time.Duration
	peak      float64 // MiB
}

// contest is one pair of programs at the same work.
type contest struct {
	b           *testing.B
	ours, rival func() cost
}

// phase runs both and reports what each took. Of several rounds the one with
// the median wall time counts, for each program on its own.
func (c contest) phase(name string, rounds int, prepare, check func(b *testing.B)) {
	c.b.Run(name, func(b *testing.B) {
		b.StopTimer()
		prepare(b)
		var ours, rival []cost
		for range rounds {
			rival = append(rival, c.rival())
			ours = append(ours, c.ours())
		}
		report(b, "kith", median(ours))
		report(b, "rival", median(rival))
		check(b)
	})
}

func median(all []cost) cost {
	slices.SortFunc(all, func(a, b cost) int { return int(a.wall - b.wall) })
	return all[len(all)/2]
}

func report(b *testing.B, who string, c cost) {
	b.ReportMetric(c.wall.Seconds(), who+"-s")
	b.ReportMetric(c.cpu.Seconds(), who+"-cpu-s")
	b.ReportMetric(c.peak, who+"-MiB")
}

// kithRun returns what runs the program, built as it is delivered, with this
// configuration.
func kithRun(b *testing.B, config string, env ...string) func() cost {
	dir := b.TempDir()
	program := filepath.Join(dir, "kith")
	build := exec.Command("go", "build", "-trimpath", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "kith.yaml"), []byte(config), 0o644); err != nil {
		b.Fatal(err)
	}
	return func() cost {
		ctx, cancel := context.WithTimeout(b.Context(), 30*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, program, "sync")
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		start := time.Now()
		err := cmd.Run()
		wall := time.Since(start)
		if err != nil {
			b.Fatalf("kith sync: %v\n%s", err, &out)
		}
		used := cost{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
		if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			used.peak = float64(u.Maxrss) / 1024
		}
		return used
	}
}

// rivalRun returns what runs vdirsyncer on two books or folders.
func rivalRun(b *testing.B, one, other string) func() cost {
	dir := b.TempDir()
	script := filepath.Join(root, "lab", "vdirsyncer.sh")
	return func() cost {
		var out, talk bytes.Buffer
		cmd := exec.CommandContext(b.Context(), "bash", script, dir, one, other)
		cmd.Stdout, cmd.Stderr = &out, &talk
		if err := cmd.Run(); err != nil {
			b.Fatalf("vdirsyncer: %v\n%s", err, &talk)
		}
		var wall, cpu, peak float64
		if _, err := fmt.Sscanf(out.String(), "wall=%f cpu=%f peak=%f", &wall, &cpu, &peak); err != nil {
			b.Fatalf("vdirsyncer: %v in %q", err, &out)
		}
		return cost{time.Duration(wall * float64(time.Second)), time.Duration(cpu * float64(time.Second)), peak / 1024}
	}
}
