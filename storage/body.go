package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// codec packs text and HTML of an article into one zstd frame: the HTML says
// the same words again, so that the second costs next to nothing. It is safe
// for concurrent use.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

// maxBody bounds what a damaged frame may unpack to.
const maxBody = 64 << 20

func newCodec() (codec, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(256<<10))
	if err != nil {
		return codec{}, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(readers),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxBody))
	return codec{encoder, decoder}, err
}

// pack returns nil when there is nothing to keep.
func (t *Tx) pack(text, html string) []byte {
	if text == "" && html == "" {
		return nil
	}
	t.plain = binary.AppendUvarint(t.plain[:0], uint64(len(text)))
	t.plain = append(append(t.plain, text...), html...)
	t.packed = t.codec.encoder.EncodeAll(t.plain, t.packed[:0])
	return bytes.Clone(t.packed)
}

func (c codec) unpack(packed []byte) (text, html string, err error) {
	if len(packed) == 0 {
		return "", "", nil
	}
	plain, err := c.decoder.DecodeAll(packed, nil)
	if err != nil {
		return "", "", fmt.Errorf("stored text: %w", errors.Join(ErrDamaged, err))
	}
	size, n := binary.Uvarint(plain)
	if n <= 0 || size > uint64(len(plain)-n) {
		return "", "", fmt.Errorf("stored text: %w", ErrDamaged)
	}
	plain = plain[n:]
	return string(plain[:size]), string(plain[size:]), nil
}
