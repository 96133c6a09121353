package fetcher

import (
	"context"
	"errors"
	"time"
)

// What is under way takes a bounded amount of memory however many servers are
// asked at once: a body that is larger than usual waits for one of few places.
// Bodies wait as they were sent; few documents at a time are unpacked, read and
// not yet taken by who stores them.
const (
	smallBody  = 256 << 10
	middleBody = 2 << 20
	readPlaces = 16
)

// places are for bodies of more than smallBody and more than middleBody bytes.
type places struct{ middle, large chan struct{} }

func newPlaces(middle, large int) places {
	return places{make(chan struct{}, middle), make(chan struct{}, large)}
}

// roomFunc waits until a body may take so many bytes.
type roomFunc func(size int) error

// room finds a place among those that are given. Those of the wire come before
// those of documents, never after, so that no two visits wait for each other. When
// none becomes free in time it is not the server's failure.
func (v *visit) room(ctx context.Context, among places) roomFunc {
	return func(size int) error {
		wanted := among.middle
		switch {
		case size <= smallBody:
			return nil
		case size > middleBody:
			wanted = among.large
		}
		if !v.reserve(ctx, wanted) {
			return &heldError{v.clock().Add(time.Minute), "too many large documents came at once"}
		}
		return nil
	}
}

// reserve waits for a place and keeps it until the visit exits.
func (v *visit) reserve(ctx context.Context, place chan struct{}) bool {
	select {
	case place <- struct{}{}:
		leave := v.leave
		v.leave = func() { <-place; leave() }
		return true
	case <-ctx.Done():
		return false
	}
}

// open turns what was sent into the document.
func (v *visit) open(ctx context.Context, a *answer) error {
	if a.packed == nil {
		return nil
	}
	if !v.reserve(ctx, v.fetcher.read) {
		return ctx.Err()
	}
	packed, sent := a.packed, a.packed.Bytes()
	document, err := v.fetcher.reader.unpack(packed, a.header, v.room(ctx, v.fetcher.plain))
	if a.packed, a.body = document, document.Bytes(); document != packed {
		a.sent = packed
		if err == nil && isGzip(sent) {
			a.gzip = sent
		}
	}
	return a.breaksOff(err)
}

// breaksOff keeps the error of a transfer that is not whole: what came is read
// all the same.
func (a *answer) breaksOff(err error) error {
	if errors.Is(err, errBroken) {
		a.broken, err = err, nil
	}
	return err
}
