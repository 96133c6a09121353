package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan"
	"harmattan/cmd/harmattan/newsroom"
	"harmattan/config"
)

// elsewhere are the commands of the documents that are not run here, by their
// beginning, with the reason. What the documents show and neither runs nor stands
// here fails the test.
var elsewhere = map[string]string{
	"sudo systemctl":    "needs root and systemd; deploy/verify and TestTheDaemonRunsUnderTheRulesOfItsUnit check the units",
	"systemctl status":  "needs systemd",
	"journalctl":        "needs systemd",
	"sudo install":      "needs root",
	"sudo rm":           "needs root, and removes",
	"sudo apt":          "needs root and another host; deploy/package/try installs the package",
	"sudo dpkg":         "needs root; deploy/package/try installs the package",
	"sudo nginx":        "needs root; deploy/proxy/verify checks the file",
	"deploy/verify":     "is a step of .ci/run",
	"deploy/proxy":      "is a step of .ci/run",
	"deploy/package":    "is a step of .ci/run",
	"make release":      "runs deploy/package/build, which is a step of .ci/run",
	"make profile":      "takes minutes of benchmarks",
	"go build":          "is a step of .ci/run",
	"go test":           "is what runs this",
	"sudo go test":      "is what runs this, as root",
	"go run ./.ci/soak": "takes half an hour",
	".ci/":              "is what runs this",
	"harmattan verify":  "needs a day that has ended: TestEachDayIsSignedAndChained",
	"harmattan eval sa": "its articles belong to their publishers and are not part of the program",
}

// refusals are what commands say that have nothing to do in the sandbox: they end
// with exitFailed, or with exitPartial when the text is empty.
var refusals = map[string]string{
	"harmattan doctor":                    "", // no unit, no backup, and loopback sources
	"harmattan quarantine release":        "is not in quarantine",
	"harmattan quarantine drop":           "is not in quarantine",
	"harmattan check --database --repair": "stop it",
}

// starters begin a line of a block that is a command.
var starters = regexp.MustCompile(`^(sudo|\./harmattan|harmattan|go|curl|systemctl|journalctl|make|deploy/|\.ci/|apt|apt-get|dpkg|nginx|caddy|varnishd|docker|wget|scp|rsync) ?\S`)

func TestEveryCommandOfTheDocumentsRuns(t *testing.T) {
	s := newSandbox(t)
	seen := map[string]bool{}
	for _, shown := range documentedCommands(t) {
		command := s.command(shown.text)
		if seen[command] || knownElsewhere(shown.text) {
			continue
		}
		seen[command] = true
		if err := s.try(command); err != nil {
			t.Errorf("%s:%d: %s: %v", shown.file, shown.line, shown.text, err)
		}
	}
	for start := range refusals {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(seen)), func(c string) bool { return strings.HasPrefix(c, start) }) {
			t.Errorf("no document shows %q any more: take it out of the table", start)
		}
	}
}

func knownElsewhere(command string) bool {
	for start := range elsewhere {
		if strings.HasPrefix(command, start) {
			return true
		}
	}
	return false
}

// documented is a command that a document shows.
type documented struct {
	file, text string
	line       int
}

// documentedCommands finds the commands in the blocks of all documents for users
// and operators. docs/commands.md shows forms and is made from the program.
func documentedCommands(t *testing.T) []documented {
	t.Helper()
	files := []string{"../../README.md", "../../CONTRIBUTING.md", "../../deploy/README.md"}
	err := filepath.WalkDir("../../docs", func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".md") && filepath.Base(name) != "commands.md" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []documented
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fenced := false
		for number, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "```") {
				fenced = !fenced
				continue
			}
			command, indented := strings.CutPrefix(line, "    ")
			if (fenced || indented) && starters.MatchString(command) {
				all = append(all, documented{strings.TrimPrefix(name, "../../"), withoutRemark(command), number + 1})
			}
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d commands were found", len(all))
	}
	return all
}

var remark = regexp.MustCompile(`\s{2,}\S.*$| +# .*$`)

// withoutRemark cuts off what stands behind a command to explain it.
func withoutRemark(line string) string { return strings.TrimSpace(remark.ReplaceAllString(line, "")) }

// sandbox is a folder with all that the documents speak of, and a daemon that
// reads the newsroom.
type sandbox struct {
	t         *testing.T
	dir, base string
	place     *strings.Replacer
}

func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	room, err := newsroom.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = room.Close() })
	s := &sandbox{t: t, dir: t.TempDir()}
	outlet := room.Sources()[0]
	outlet.ID = "le-fleuve"
	s.write("config.toml", sandboxConfig(t, room))
	for _, copied := range []string{"changed.toml", "horn.toml"} {
		s.write(copied, sandboxConfig(t, room))
	}
	s.write("labelled.jsonl", `{"id": "a1", "language": "en", "title": "Mali: convoy ambushed near Ménaka", "expect": {"countries": ["ML"]}}`)
	s.write("subscriptions.opml", `<opml version="2.0"><body><outline type="rss" text="Le Fleuve" xmlUrl="https://lefleuve.example/rss"/></body></opml>`)
	for _, folder := range []string{"docs", "curator"} {
		target, err := filepath.Abs(filepath.Join("../..", folder))
		if err == nil {
			err = os.Symlink(target, filepath.Join(s.dir, folder))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	p := prepare(t, "serve", "--config", s.path("config.toml"), "--listen", "127.0.0.1:0")
	p.Dir, p.Env = s.dir, append(p.Env, s.state())
	p.run(t)
	s.base = p.address(t)
	link := s.firstLink()
	s.must("token", "add", "partner", "--label", "the test", "--config", "config.toml")
	token := regexp.MustCompile(`(?m)^(\S+)\s+partner\b`).FindStringSubmatch(s.must("token", "list"))
	if token == nil {
		t.Fatal("the list names no token")
	}
	s.place = strings.NewReplacer(
		"sudo harmattan", "harmattan", "./harmattan", "harmattan", "go run ./cmd/harmattan", "harmattan",
		"/etc/harmattan/config.toml", "config.toml", "/var/lib/harmattan", s.path("harmattan"), "/root/", s.dir+"/",
		"http://127.0.0.1:8025", s.base, "https://news.example.org/", s.base+"/",
		"https://lefleuve.example/", outlet.URL, "https://horn-outlet.example/", outlet.URL,
		"LINK", link, "revoke ID", "revoke "+token[1], "[SOURCE]", "", "SOURCE", "le-fleuve", "--config NEW", "--config changed.toml",
		"--compare NEW", "--compare changed.toml", "--config FILE", "--config config.toml", "FILE…", "labelled.jsonl")
	return s
}

// sandboxConfig is the example with the newsroom in place of its sources, and the
// editions and the source that the documents speak of besides.
func sandboxConfig(t *testing.T, room *newsroom.Newsroom) string {
	t.Helper()
	example, err := config.Parse("config.example.toml", harmattan.Example())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("[fetcher]\nschedule = \"@every 2s\"\nmin_interval = \"0s\"\nhost_spacing = \"0s\"\nallow = [\"127.0.0.0/8\"]\n")
	for _, e := range example.Editions {
		b.WriteString("\n" + config.EditionTable(e))
	}
	b.WriteString("\n[[edition]]\nid = \"partner\"\ntitle = \"Partner\"\nprivate = true\ncountries = [\"ML\"]\n")
	for i, source := range room.Sources() {
		if i == 0 {
			source.ID = "le-fleuve"
		}
		b.WriteString("\n" + config.SourceTable(source))
	}
	return b.String()
}

func (s *sandbox) path(name string) string { return filepath.Join(s.dir, name) }

func (s *sandbox) state() string { return "XDG_STATE_HOME=" + s.dir }

func (s *sandbox) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// firstLink waits for the first entry and returns what it links to.
func (s *sandbox) firstLink() (link string) {
	eventually(s.t, "the first entry", func() bool {
		response, err := http.Get(s.base + "/editions/sahel-security.json")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		var feed struct{ Items []struct{ URL string } }
		if json.NewDecoder(response.Body).Decode(&feed) == nil && len(feed.Items) > 0 {
			link = feed.Items[0].URL
		}
		return link != ""
	})
	return link
}

// command is what a documented command comes to in the sandbox.
func (s *sandbox) command(shown string) string {
	command, _, _ := strings.Cut(s.place.Replace(shown), " > ")
	switch command = strings.TrimSpace(command); {
	case strings.HasPrefix(command, "harmattan demo"):
		command += " --listen 127.0.0.1:0"
	case strings.HasPrefix(command, "harmattan serve"): // beside the daemon, and without its sources
		command += " --listen 127.0.0.1:0 --only publish"
	case strings.HasPrefix(command, "harmattan restore"): // the daemon runs on
		command = strings.Replace(command, "--state "+s.path("harmattan"), "--state "+s.path("stopped"), 1)
	case strings.HasPrefix(command, "harmattan init"):
		command += " --yes --force"
	}
	return command
}

// try runs a command and tells what went wrong.
func (s *sandbox) try(command string) error {
	args := split(command)
	switch args[0] {
	case "curl":
		return s.ask(args[len(args)-1])
	case "harmattan":
	default:
		return fmt.Errorf("is neither run nor listed with a reason: see the table of this test")
	}
	if args[1] == "serve" || args[1] == "demo" {
		return s.serve(args[1:]...)
	}
	dir := s.dir
	if args[1] == "init" { // what it writes is not what the others read
		dir = s.t.TempDir()
	}
	code, out := s.run(dir, s.expand(args[1:])...)
	for start, wanted := range refusals {
		switch {
		case !strings.HasPrefix(command, start):
		case wanted == "" && code <= exitPartial, wanted != "" && code == exitFailed && strings.Contains(out, wanted):
			return nil
		}
	}
	if code != exitOK {
		return fmt.Errorf("ended with %d\n%s", code, out)
	}
	return nil
}

// serve runs a daemon until it has answered once.
func (s *sandbox) serve(args ...string) error {
	p := prepare(s.t, args...)
	p.Dir, p.Env = s.dir, append(p.Env, s.state())
	p.run(s.t)
	base := p.address(s.t)
	var err error
	eventually(s.t, strings.Join(args, " "), func() bool { err = s.ask(base + "/"); return err == nil })
	p.stop(s.t)
	return err
}

// split cuts a command into words, of which some stand in quotes.
func split(command string) []string {
	var words []string
	for _, m := range regexp.MustCompile(`"([^"]*)"|\S+`).FindAllStringSubmatch(command, -1) {
		if strings.HasPrefix(m[0], `"`) {
			words = append(words, m[1])
		} else {
			words = append(words, m[0])
		}
	}
	return words
}

// expand does what a shell does with a star.
func (s *sandbox) expand(args []string) []string {
	var all []string
	for _, arg := range args {
		found, err := filepath.Glob(s.path(arg))
		if err != nil || !strings.Contains(arg, "*") {
			found = []string{arg}
		}
		all = append(all, found...)
	}
	return all
}

func (s *sandbox) ask(address string) error {
	response, err := http.Get(address)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", response.Status)
	}
	return nil
}

func (s *sandbox) must(args ...string) string {
	s.t.Helper()
	code, out := s.run(s.dir, args...)
	if code != exitOK {
		s.t.Fatalf("harmattan %v ended with %d\n%s", args, code, out)
	}
	return out
}

// run runs the program and returns what it said.
func (s *sandbox) run(dir string, args ...string) (code int, out string) {
	p := prepare(s.t, args...)
	p.Dir, p.Env, p.Stderr = dir, append(p.Env, s.state()), nil
	said, err := p.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode(), string(said)
	} else if err != nil {
		s.t.Fatal(err)
	}
	return exitOK, string(said)
}
