package match

import "math/bits"

// hashOf is a 64-bit hash of a text. It is fixed for ever: sampling and blocking
// depend on it, and a decision must come out the same in every process.
func hashOf[T string | []byte](s T) uint64 {
	h := uint64(len(s))*0x9e3779b97f4a7c15 ^ 0x2545f4914f6cdd1d
	for len(s) >= 8 {
		v := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		h = mix(h, v)
		s = s[8:]
	}
	var v uint64
	for i := 0; i < len(s); i++ {
		v = v<<8 | uint64(s[i])
	}
	return mix(h, v)
}

// mix folds a value into a hash.
func mix(h, v uint64) uint64 {
	hi, lo := bits.Mul64(h^v^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	return hi ^ lo ^ bits.RotateLeft64(h, 23)
}

// shortHash is a hash below asked, so that it is never taken for the number of a
// value that only a question has; 0 is the empty text's.
func shortHash(s string) uint32 {
	if s == "" {
		return 0
	}
	return max(uint32(hashOf(s)>>33), 1)
}
