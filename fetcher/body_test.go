package fetcher

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// anyRoom lets documents take what memory they want.
func anyRoom(int) error { return nil }

// trickle sends some bytes every second and never ends.
func trickle(perSecond int) *http.Response {
	reader, writer := io.Pipe()
	go func() {
		for {
			time.Sleep(time.Second)
			if _, err := writer.Write(make([]byte, perSecond)); err != nil {
				return
			}
		}
	}()
	return &http.Response{Header: http.Header{}, Body: reader}
}

func TestF104_ATrickleIsCutAfterItsWindow(t *testing.T) {
	for perSecond, slow := range map[int]bool{1: true, 150: true, 400: false} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			res := trickle(perSecond)
			timer := time.AfterFunc(45*time.Second, func() { cancel(nil) })
			defer timer.Stop()
			context.AfterFunc(ctx, func() { res.Body.Close() })
			start := time.Now()
			err := (&reader{limit: 1 << 20}).load(&bytes.Buffer{}, res, cancel, anyRoom)
			if took := time.Since(start); errors.Is(context.Cause(ctx), errTooSlow) != slow || err == nil || slow && took > 2*slowWindow {
				t.Errorf("%d bytes a second: %v after %s (%v)", perSecond, context.Cause(ctx), took, err)
			}
			time.Sleep(2 * time.Second) // the sender notices
		})
	}
}

func TestF29_HostsThatShareALimitShareAKey(t *testing.T) {
	for address, want := range map[string]string{
		"https://Sahel.Blogspot.com/feed":       "blogspot.com",
		"https://blogspot.com/feed":             "blogspot.com",
		"https://notblogspot.com/feed":          "notblogspot.com",
		"https://www.tenere.example.:443/feed":  "www.tenere.example",
		"http://127.0.0.1:8080/feed":            "127.0.0.1:8080",
		"http://[2606:4700::1]/feed":            "[2606:4700::1]:",
		"https://www.youtube.com/feeds/v.xml?x": "youtube.com",
	} {
		if got := hostKey(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
