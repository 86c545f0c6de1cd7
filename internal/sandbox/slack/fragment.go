package slack

import (
	"encoding/binary"
	"net"
)

// frameReader watches the WebSocket frames that a connection reads and notes
// which messages came in several: the WebSocket library joins them silently,
// Slack drops them. It is used by the reading goroutine alone.
type frameReader struct {
	net.Conn
	header     []byte // of the frame that is being read
	payload    uint64 // bytes of it still to come
	fragmented bool   // the message that is being read
	messages   []bool // finished messages, not yet asked for
}

// Read reads on and follows the frames (RFC 6455, 5.2).
func (f *frameReader) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	f.follow(p[:n])
	return n, err
}

func (f *frameReader) follow(b []byte) {
	for len(b) > 0 {
		if f.payload > 0 {
			skip := min(f.payload, uint64(len(b)))
			f.payload -= skip
			b = b[skip:]
			continue
		}
		f.header = append(f.header, b[0])
		b = b[1:]
		if len(f.header) >= 2 && len(f.header) == headerLength(f.header[1]) {
			f.frame()
		}
	}
}

// headerLength is that of a whole frame header, mask included.
func headerLength(second byte) int {
	length := 2
	switch second & 0x7f {
	case 126:
		length += 2
	case 127:
		length += 8
	}
	if second&0x80 != 0 {
		length += 4
	}
	return length
}

// frame takes a complete header.
func (f *frameReader) frame() {
	h := f.header
	switch size := h[1] & 0x7f; size {
	case 126:
		f.payload = uint64(binary.BigEndian.Uint16(h[2:]))
	case 127:
		f.payload = binary.BigEndian.Uint64(h[2:])
	default:
		f.payload = uint64(size)
	}
	final, opcode := h[0]&0x80 != 0, h[0]&0x0f
	f.header = f.header[:0]
	if opcode >= 8 {
		return // a control frame may stand between two fragments
	}
	if !final {
		f.fragmented = true
		return
	}
	f.messages = append(f.messages, f.fragmented)
	f.fragmented = false
}

// next says whether the message just read came in several frames.
func (f *frameReader) next() bool {
	if len(f.messages) == 0 {
		return false
	}
	fragmented := f.messages[0]
	f.messages = f.messages[1:]
	return fragmented
}
