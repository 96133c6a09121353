package newsroom

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"text/template"
	"time"

	"github.com/pelletier/go-toml/v2"

	"harmattan/news"
)

//go:embed outlets
var files embed.FS

// outlet is a file outlets/ID.toml together with the template outlets/ID.tmpl.
type outlet struct {
	ID        string
	Name      string   `toml:"name"`
	Publisher string   `toml:"publisher"` // Name when empty
	Motto     string   `toml:"motto"`
	Homepage  string   `toml:"homepage"`
	Language  string   `toml:"language"`
	Countries []string `toml:"countries"`
	TimeZone  string   `toml:"time_zone"`
	// UTCOffset stands for TimeZone in the dates that it writes: the machine
	// may know no zones.
	UTCOffset news.Duration `toml:"utc_offset"`

	Address      string    `toml:"address"` // path and query of its feed
	MediaType    string    `toml:"media_type"`
	Charset      string    `toml:"charset"` // utf-8 when empty
	NoValidators bool      `toml:"no_validators"`
	Behaviour    behaviour `toml:"behaviour"`
	// TroubleAfter is when the behaviour begins, counted from Start.
	TroubleAfter news.Duration `toml:"trouble_after"`

	Articles []article `toml:"article"`
	feed     *template.Template
}

// article is an [[article]] table. The path names it within its outlet.
type article struct {
	Path string `toml:"path"`
	// Ago is its age at Start; After is when it arrives later. One of both.
	Ago        news.Duration `toml:"ago"`
	After      news.Duration `toml:"after"`
	Author     string        `toml:"author"`
	Categories []string      `toml:"categories"`
	text
	Edits []edit `toml:"edit"`

	Story     string   `toml:"story"`
	CopyOf    string   `toml:"copy_of"`
	Expect    []string `toml:"expect"`
	Permit    []string `toml:"permit"`
	Countries []string `toml:"countries"`
	Topics    []string `toml:"topics"`
	Trap      string   `toml:"trap"`
}

// text is what readers see; paragraphs of the body stand apart by an empty line.
type text struct {
	Title   string `toml:"title"`
	Summary string `toml:"summary"`
	Body    string `toml:"body"`
}

// edit replaces the texts that it names.
type edit struct {
	After news.Duration `toml:"after"`
	text
}

// behaviour is how an outlet's server answers.
type behaviour string

const (
	behaviourOK          behaviour = ""         // as a good server does
	behaviourFails       behaviour = "fails"    // the database is gone: 500
	behaviourNotModified behaviour = "304-only" // 304, whatever one asks, after its first document
	behaviourHangs       behaviour = "hangs"    // takes the request and never answers
)

// load reads the embedded outlets in the order of their ids.
func load() ([]*outlet, error) {
	entries, err := files.ReadDir("outlets")
	if err != nil {
		return nil, fmt.Errorf("newsroom: %w", err)
	}
	var outlets []*outlet
	for _, entry := range entries {
		id, ok := strings.CutSuffix(entry.Name(), ".toml")
		if !ok {
			continue
		}
		o, err := open(id)
		if err != nil {
			return nil, fmt.Errorf("newsroom: outlet %s: %w", id, err)
		}
		outlets = append(outlets, o)
	}
	return outlets, nil
}

// open reads one outlet.
func open(id string) (*outlet, error) {
	file, err := files.Open(path.Join("outlets", id+".toml"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	o := &outlet{ID: id}
	if err := toml.NewDecoder(file).DisallowUnknownFields().Decode(o); err != nil {
		return nil, err
	}
	name := id + ".tmpl"
	o.feed, err = template.New(name).Funcs(writing()).ParseFS(files, path.Join("outlets", name))
	return o, err
}

// outletName is the publisher that people see.
func (o *outlet) outletName() string {
	if o.Publisher != "" {
		return o.Publisher
	}
	return o.Name
}

// zone is the clock on the outlet's wall.
func (o *outlet) zone() *time.Location {
	return time.FixedZone("", int(o.UTCOffset.Seconds()))
}

// script lists what will happen at this outlet.
func (o *outlet) script() []Event {
	var events []Event
	add := func(at news.Duration, kind EventKind, what string) {
		events = append(events, Event{At: at.Duration, SourceID: o.ID, Outlet: o.outletName(), Kind: kind, What: what})
	}
	for _, a := range o.Articles {
		if a.After.Duration > 0 {
			add(a.After, EventNew, a.Title)
		}
		for _, e := range a.Edits {
			add(e.After, EventEdit, a.edited(e.After.Duration).Title)
		}
	}
	switch o.Behaviour {
	case behaviourFails:
		add(o.TroubleAfter, EventTrouble, "answers 500: its database is gone")
	case behaviourNotModified:
		add(o.TroubleAfter, EventTrouble, "answers 304 to whatever one asks")
	case behaviourHangs:
		add(o.TroubleAfter, EventTrouble, "takes requests and never answers")
	}
	return events
}

// edited is the text as it stands after that time.
func (a article) edited(elapsed time.Duration) text {
	t := a.text
	for _, e := range a.Edits {
		if e.After.Duration > elapsed {
			continue
		}
		t = text{
			Title:   firstOf(e.Title, t.Title),
			Summary: firstOf(e.Summary, t.Summary),
			Body:    firstOf(e.Body, t.Body),
		}
	}
	return t
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
