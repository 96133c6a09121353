package storage

import (
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
func (c codec) pack(text, html string) []byte {
	if text == "" && html == "" {
		return nil
	}
	plain := make([]byte, 0, binary.MaxVarintLen64+len(text)+len(html))
	plain = binary.AppendUvarint(plain, uint64(len(text)))
	plain = append(append(plain, text...), html...)
	return c.encoder.EncodeAll(plain, make([]byte, 0, len(plain)/2+64))
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
