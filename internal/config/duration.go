package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var units = map[byte]time.Duration{
	's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour,
}

const longestDuration = 10 * 365 * 24 * time.Hour

// parseDuration reads 90s, 15m, 24h, 7d, 2w, or several one after the other:
// 1h30m. A day is 24 hours.
func parseDuration(text string) (time.Duration, error) {
	wrong := fmt.Errorf("%q is no length of time; one is 90s, 15m, 24h, 7d or 2w", text)
	var total time.Duration
	for rest := text; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == 0 || digits == len(rest) {
			return 0, wrong
		}
		n, err := strconv.Atoi(rest[:digits])
		unit := units[rest[digits]]
		if err != nil || unit == 0 || n > int(longestDuration/unit) {
			return 0, wrong
		}
		total += time.Duration(n) * unit
		rest = rest[digits+1:]
	}
	if total <= 0 || total > longestDuration {
		return 0, wrong
	}
	return total, nil
}

// formatDuration writes a length of time as one writes it in the file.
func formatDuration(d time.Duration) string {
	var b strings.Builder
	for _, unit := range "wdhms" {
		size := units[byte(unit)]
		if n := d / size; n > 0 {
			if unit == 'w' && d%size != 0 {
				continue // 10d, not 1w3d
			}
			fmt.Fprintf(&b, "%d%c", n, unit)
			d -= n * size
		}
	}
	return b.String()
}
