package file

import (
	"errors"
	"hash"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// waypoint ties a position in the text to one in the file, from which decoding
// may start.
type waypoint struct{ text, raw int64 }

// waypoints lie at least so far apart in the file, in bytes.
const stride = 64 << 10

// stream reads a file as UTF-8 text.
type stream struct {
	file    io.ReaderAt
	set     charset
	decoder *encoding.Decoder // nil: UTF-8
	at      waypoint
	hash    hash.Hash // of the raw bytes; may be nil

	src, dst []byte // read and not decoded; decoded and not taken
	buffer   []byte
	out      []byte
	eof      bool

	note  bool // collect waypoints
	notes []waypoint
}

// newStream reads on from a waypoint.
func newStream(file io.ReaderAt, set charset, from waypoint) *stream {
	s := &stream{file: file, set: set, at: from, buffer: make([]byte, 32<<10)}
	if set.coding != nil {
		s.decoder = set.coding.NewDecoder()
		s.out = make([]byte, 128<<10)
	}
	return s
}

func (s *stream) Read(p []byte) (int, error) {
	for len(s.dst) == 0 {
		if s.eof && len(s.src) == 0 {
			return 0, io.EOF
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.dst)
	s.dst = s.dst[n:]
	return n, nil
}

// fill reads and decodes some more.
func (s *stream) fill() error {
	rest := copy(s.buffer, s.src)
	n := rest
	if !s.eof {
		read, err := s.file.ReadAt(s.buffer[rest:], s.at.raw+int64(rest))
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		s.eof = err != nil
		if s.hash != nil {
			s.hash.Write(s.buffer[rest : rest+read])
		}
		n += read
	}
	s.src = s.buffer[:n]
	if s.decoder == nil {
		s.dst, s.src = s.src, nil
		s.at.raw += int64(n)
		s.at.text += int64(n)
		return nil
	}
	if s.note && (len(s.notes) == 0 || s.set.restarts() && s.at.raw-s.notes[len(s.notes)-1].raw >= stride) {
		s.notes = append(s.notes, s.at)
	}
	made, used, err := s.decoder.Transform(s.out, s.src, s.eof)
	if err != nil && !errors.Is(err, transform.ErrShortSrc) && !errors.Is(err, transform.ErrShortDst) {
		return err
	}
	s.dst, s.src = s.out[:made], s.src[used:]
	s.at.raw += int64(used)
	s.at.text += int64(made)
	return nil
}
