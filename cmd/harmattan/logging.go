package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"regexp"
	"sync"

	"github.com/coreos/go-systemd/v22/journal"

	"harmattan/news"
)

// The forms of the log.
const (
	logText = "text"
	logJSON = "json"
)

// newLog writes lines of text or JSON. Towards the journal each begins with its
// priority (sd-daemon(3)) and has no time and no level, for the journal has them.
func newLog(out io.Writer, form string, level slog.Leveler) *slog.Logger {
	inJournal := false
	if file, ok := out.(*os.File); ok && file == os.Stderr {
		inJournal, _ = journal.StderrIsJournalStream() // an error means that it is none
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if inJournal && len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
			return slog.Attr{}
		}
		return redactAttr(a)
	}}
	lines := &lineWriter{out: out, priorities: inJournal}
	var handler slog.Handler = slog.NewTextHandler(&lines.line, options)
	if form == logJSON {
		handler = slog.NewJSONHandler(&lines.line, options)
	}
	return slog.New(prioritised{handler, lines})
}

// lineWriter writes one record at a time, with its priority before it.
type lineWriter struct {
	mu         sync.Mutex
	out        io.Writer
	priorities bool
	line       bytes.Buffer // what the handler made of the record
}

// prioritised is a handler of one of the standard forms over a lineWriter.
type prioritised struct {
	slog.Handler
	lines *lineWriter
}

func (h prioritised) Handle(ctx context.Context, r slog.Record) error {
	h.lines.mu.Lock()
	defer h.lines.mu.Unlock()
	h.lines.line.Reset()
	if h.lines.priorities {
		h.lines.line.WriteString(priority(r.Level))
	}
	if err := h.Handler.Handle(ctx, r); err != nil {
		return err
	}
	_, err := h.lines.out.Write(h.lines.line.Bytes())
	return err
}

func (h prioritised) WithAttrs(attrs []slog.Attr) slog.Handler {
	return prioritised{h.Handler.WithAttrs(attrs), h.lines}
}

func (h prioritised) WithGroup(name string) slog.Handler {
	return prioritised{h.Handler.WithGroup(name), h.lines}
}

// priority is a level as syslog and systemd write it.
func priority(level slog.Level) string {
	switch {
	case level >= slog.LevelError:
		return "<3>"
	case level >= slog.LevelWarn:
		return "<4>"
	case level >= slog.LevelInfo:
		return "<6>"
	}
	return "<7>"
}

// addresses finds what may hold a secret in a text, up to where an address ends.
var addresses = regexp.MustCompile("(?i)[a-z][a-z0-9+.-]*://[^\\s\"'`<>|]+")

// redact takes the secrets out of the addresses in a text.
func redact(text string) string { return addresses.ReplaceAllStringFunc(text, news.RedactURL) }

// redactAttr is the second lock: who logs redacts what it knows to be secret.
func redactAttr(a slog.Attr) slog.Attr {
	switch value := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(redact(value))
	case error:
		a.Value = slog.StringValue(redact(value.Error()))
	}
	return a
}
