package norm

// Skeleton reduces a folded name to what survives the usual ways of writing it:
// Müller, Mueller and Muller meet, and so do Meier, Mayer and Maier, Schmidt and
// Schmitt, Åkesson and Akesson. Equal skeletons make two names near, never equal:
// the "ue" of Manuel is no umlaut.
func Skeleton(name string) string {
	if !folded(name) {
		return name // without letters: Fold has left it as it was
	}
	var room [64]byte
	b := append(room[:0], name...)
	for {
		n, changed := reduce(b)
		b = b[:n]
		if !changed {
			break
		}
	}
	if string(b) == name {
		return name
	}
	return string(b)
}

// reduce makes one pass from the left, in place. Every rule shortens the name or
// leads away from the letters e and y, so repeating it ends.
func reduce(b []byte) (n int, changed bool) {
	w := 0
	for i := 0; i < len(b); {
		c, step := b[i], 1
		if i+1 < len(b) {
			if to := pair(c, b[i+1]); to != 0 {
				c, step, changed = to, 2, true
			} else if c == b[i+1] {
				step, changed = 2, true
			} else if (c == 'e' || c == 'a') && (b[i+1] == 'i' || b[i+1] == 'y') {
				changed = changed || c == 'e' || b[i+1] == 'y'
				b[w], b[w+1] = 'a', 'i' // two for two: w never passes i
				w += 2
				i += 2
				continue
			}
		}
		if c == 'y' {
			c, changed = 'i', true
		}
		b[w] = c
		w++
		i += step
	}
	return w, changed
}

// pair maps two letters that are written for one, or 0.
func pair(a, b byte) byte {
	switch {
	case b == 'e' && (a == 'a' || a == 'o' || a == 'u' || a == 'i'):
		return a
	case a == 'p' && b == 'h':
		return 'f'
	case a == 't' && b == 'h', a == 'd' && b == 't':
		return 't'
	case a == 'c' && b == 'k':
		return 'k'
	case a == 't' && b == 'z':
		return 'z'
	}
	return 0
}

// Phonetic is the Cologne code of a folded name (Postel 1969): words that sound
// alike to a German ear share it. Blanks do not count. A name without a coded
// letter has the empty code.
func Phonetic(folded string) string {
	var room [32]byte
	code := room[:0]
	last := byte(0)
	prev := byte(0)
	for i := 0; i < len(folded); i++ {
		c := folded[i]
		if c < 'a' || c > 'z' {
			continue
		}
		next := byte(0)
		if i+1 < len(folded) {
			next = folded[i+1]
		}
		d := cologne(c, prev, next)
		if c == 'x' && !oneOf(prev, "ckq") {
			if last != '4' {
				code = append(code, '4')
			}
			last = '4'
		}
		if d != 0 && d != last && (d != '0' || len(code) == 0) {
			code = append(code, d)
		}
		if d != 0 {
			last = d
		}
		prev = c
	}
	return string(code)
}

func cologne(c, prev, next byte) byte {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'j', 'y':
		return '0'
	case 'b':
		return '1'
	case 'p':
		if next == 'h' {
			return '3'
		}
		return '1'
	case 'd', 't':
		if oneOf(next, "csz") {
			return '8'
		}
		return '2'
	case 'f', 'v', 'w':
		return '3'
	case 'g', 'k', 'q':
		return '4'
	case 'c':
		if prev == 0 {
			if oneOf(next, "ahkloqrux") {
				return '4'
			}
			return '8'
		}
		if oneOf(prev, "sz") || !oneOf(next, "ahkoqux") {
			return '8'
		}
		return '4'
	case 'l':
		return '5'
	case 'm', 'n':
		return '6'
	case 'r':
		return '7'
	case 's', 'z', 'x':
		return '8'
	}
	return 0 // h
}

func oneOf(c byte, letters string) bool {
	for i := 0; i < len(letters); i++ {
		if letters[i] == c {
			return c != 0
		}
	}
	return false
}
