package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"
)

// controlName is the socket in the state folder on which the daemon takes
// wishes. Whoever may write to the folder may ask.
const controlName = "control"

// controlWait bounds how long a caller may take to say what it wants.
const controlWait = 10 * time.Second

type controlRequest struct {
	Force bool `json:"force"`
}

type controlAnswer struct {
	Refused string `json:"refused"` // why; empty when it was taken over
	Plan    string `json:"plan"`    // what would have changed, where that is the reason
}

// controlAddress names the socket by way of the open folder, for the path of a
// socket may have 107 bytes only.
func controlAddress(dir string) (folder *os.File, address *net.UnixAddr, err error) {
	if folder, err = os.Open(dir); err != nil {
		return nil, nil, err
	}
	name := filepath.Join(dir, controlName)
	if len(name) > 100 {
		name = fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), controlName)
	}
	return folder, &net.UnixAddr{Name: name, Net: "unix"}, nil
}

// takeWishes listens on the folder's socket until ctx ends. The folder is
// ours alone, so a socket that lies there was left by a daemon that was killed.
func takeWishes(ctx context.Context, log *slog.Logger, dir string, wishes chan<- wish) error {
	folder, address, err := controlAddress(dir)
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, controlName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, folder.Close())
	}
	listener, err := net.ListenUnix("unix", address)
	if err != nil {
		return errors.Join(err, folder.Close())
	}
	context.AfterFunc(ctx, func() { _, _ = listener.Close(), folder.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go takeWish(ctx, log, conn, wishes)
		}
	}()
	return nil
}

// takeWish reads one wish and answers when it was met or refused.
func takeWish(ctx context.Context, log *slog.Logger, conn net.Conn, wishes chan<- wish) {
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(controlWait))
	var request controlRequest
	if err := json.NewDecoder(conn).Decode(&request); err != nil {
		log.Warn("a request on the control socket cannot be read", "err", err)
		return
	}
	answer := make(chan error, 1)
	select {
	case wishes <- wish{force: request.Force, answer: answer}:
	case <-ctx.Done():
		return
	}
	select {
	case err := <-answer:
		_ = json.NewEncoder(conn).Encode(answerOf(err))
	case <-ctx.Done():
	}
}

func answerOf(err error) controlAnswer {
	var a controlAnswer
	if err == nil {
		return a
	}
	a.Refused = err.Error()
	if refusal, ok := errors.AsType[*tooMuch](err); ok {
		a.Plan = refusal.plan
	}
	return a
}

// askDaemon asks the daemon of the state folder and waits for its answer.
func askDaemon(ctx context.Context, dir string, request controlRequest) (a controlAnswer, err error) {
	folder, address, err := controlAddress(dir)
	if err != nil {
		return a, fmt.Errorf("state folder: %w; name that of the daemon with --state DIR", err)
	}
	defer folder.Close()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", address.Name)
	if err != nil {
		return a, fmt.Errorf("no daemon answers in %s (%w); start it, or name its folder with --state DIR", dir, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := json.NewEncoder(conn).Encode(request); err != nil {
		return a, fmt.Errorf("ask the daemon in %s: %w", dir, err)
	}
	if err := json.NewDecoder(conn).Decode(&a); err != nil {
		return a, fmt.Errorf("the daemon in %s ended without an answer; its log says why", dir)
	}
	return a, nil
}
