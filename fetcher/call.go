package fetcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// CheckCallback tells why an address that a stranger gave is not called; nil when
// it is. Where it leads is checked by Call, when the connection is made.
func CheckCallback(raw string) error {
	if len(raw) > 2048 {
		return errors.New("the address is too long")
	}
	return checkURL(raw)
}

// Call sends a request to an address that a stranger gave, through the guard that
// keeps sources out of private networks. It follows no redirect, takes no longer
// than the timeout of the options, and returns the status and the first bytes of
// the answer, limit at most. Errors do not hold the address.
func (f *Fetcher) Call(ctx context.Context, req *http.Request, limit int64) (code int, body []byte, err error) {
	if err := CheckCallback(req.URL.String()); err != nil {
		return 0, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, f.options.Timeout.Duration)
	defer cancel()
	req.Header.Set("User-Agent", f.agent)
	res, err := f.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return 0, nil, reason(ctx, err)
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(io.LimitReader(res.Body, limit)); err != nil {
		return res.StatusCode, nil, fmt.Errorf("the answer broke off: %w", reason(ctx, err))
	}
	return res.StatusCode, body, nil
}
