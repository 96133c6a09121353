package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

func TestP71_TheHandlerLimitsReaders(t *testing.T) {
	cfg := roundsConfig(t, newOutlet(t).source("fleuve"))
	cfg.Publisher.RequestsPerMinute = 10
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, t.TempDir())
	var calls sync.WaitGroup
	handler := b.handler(t.Context(), &calls)
	ask := func(peer string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/editions/sahel-security.rss", nil)
		r.RemoteAddr = peer
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	for i := range 10 {
		if code := ask("192.0.2.1:4000").Code; code != http.StatusOK {
			t.Fatalf("request %d: %d", i, code)
		}
	}
	if w := ask("192.0.2.1:4001"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "6" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if code := ask("192.0.2.2:4000").Code; code != http.StatusOK {
		t.Errorf("another reader: %d", code)
	}
}
