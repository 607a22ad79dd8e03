//go:build !unix

package main

import "runtime"

// peakMiB is what the process has asked the system for; systems without
// getrusage do not tell more.
func peakMiB() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / (1 << 20)
}
