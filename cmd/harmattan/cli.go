package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/alecthomas/kong"
	mangokong "github.com/alecthomas/mango-kong"
	kongcompletion "github.com/jotaen/kong-completion"
)

// version is what --version, the User-Agent and the generator element say.
const version = "0.1.0"

// Exit codes of every subcommand.
const (
	exitOK      = 0 // done
	exitPartial = 1 // done, but something is wrong: a source failed, a mistake was found
	exitFailed  = 2 // could not be done
)

// errPartial ends a subcommand with exitPartial after it has said what is wrong.
var errPartial = errors.New("partly failed")

type cli struct {
	Version   kong.VersionFlag  `help:"Print the version and exit."`
	Man       mangokong.ManFlag `help:"Print the manual page and exit." hidden:""`
	LogFormat string            `help:"Form of the log: ${enum}." enum:"text,json" default:"text" placeholder:"FORM"`

	Init       initCommand       `cmd:"" help:"Write a configuration for a region and languages, ready to run."`
	Serve      serveCommand      `cmd:"" help:"Run the daemon: fetch on schedule, curate, publish and serve."`
	Reload     reloadCommand     `cmd:"" help:"Let the running daemon read its configuration again, and tell whether it took it over."`
	Demo       demoCommand       `cmd:"" help:"Show the whole product with a bundled newsroom; needs no network and no configuration."`
	Fetch      fetchCommand      `cmd:"" help:"Run one round over the sources that are due, then print a summary."`
	Check      checkCommand      `cmd:"" help:"Check the configuration and print every mistake."`
	Doctor     doctorCommand     `cmd:"" help:"Examine configuration, database, disk, clock, sources and addresses, with advice."`
	Explain    explainCommand    `cmd:"" help:"Tell how an article was fetched, dated and tagged, and why it is in an edition or not."`
	Document   documentCommand   `cmd:"" help:"Write a document as it was received: the proof of what a source said."`
	Replay     replayCommand     `cmd:"" help:"Read the archived documents again, without any traffic, and tell what would be stored otherwise."`
	Sources    sourcesCommand    `cmd:"" help:"Print the state of every source."`
	Quarantine quarantineCommand `cmd:"" help:"Decide on the articles of sources that flooded."`
	Editions   editionsCommand   `cmd:"" help:"Print the state of every edition."`
	Key        keyCommand        `cmd:"" help:"Make the key that signs the daily manifests."`
	Verify     verifyCommand     `cmd:"" help:"Check signed manifests and their chain, and whether a document is in them."`
	Token      tokenCommand      `cmd:"" help:"Give, list and revoke what opens private editions; works beside a running daemon."`
	Eval       evalCommand       `cmd:"" help:"Hold the judgement against labelled articles: precision, recall and the worst mistakes."`
	Plan       planCommand       `cmd:"" help:"Tell what a configuration would put into each edition and take out of it, changing nothing."`
	Discover   discoverCommand   `cmd:"" help:"Find the feeds of a site and print them as TOML ready to paste."`
	Import     importCommand     `cmd:"" help:"Print the sources of an OPML file as TOML ready to paste."`
	ExportOPML exportOPMLCommand `cmd:"" name:"export-opml" help:"Print the configured sources as OPML 2.0."`
	Backup     backupCommand     `cmd:"" help:"Write a checked copy of the database, also beside a running daemon."`
	Restore    restoreCommand    `cmd:"" help:"Put a backup in the place of the database; the daemon must not run meanwhile."`
	Prune      pruneCommand      `cmd:"" help:"Let go now what retention lets go, as the daemon does every six hours; it must not run meanwhile."`
	Completion completionCommand `cmd:"" help:"Tell how to complete commands and flags in bash, zsh or fish."`
	Export     exportCommand     `cmd:"" help:"Write the editions and their pages as files."`
}

// completionCommand prints what a shell has to run to complete our commands.
type completionCommand = kongcompletion.Completion

// session is what every subcommand gets: where to write and what time it is.
type session struct {
	ctx    context.Context
	out    io.Writer // results
	errOut io.Writer // logs, progress
	clock  func() time.Time
	log    *slog.Logger
	level  slog.LevelVar // the least that log tells
}

// run is the whole program but for the process around it: it parses args,
// runs one subcommand and returns the exit code.
func run(ctx context.Context, args []string, out, errOut io.Writer) (code int) {
	var given cli
	parser, err := newParser(&given, out, errOut)
	if err != nil {
		fmt.Fprintln(errOut, "harmattan:", err)
		return exitFailed
	}
	defer func() { // kong ends --help and --version through Exit
		switch status := recover().(type) {
		case nil:
		case exitStatus:
			code = int(status)
		default:
			panic(status)
		}
	}()
	kongcompletion.Register(parser)
	command, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return exitFailed
	}
	s := &session{ctx: ctx, out: out, errOut: errOut, clock: time.Now}
	s.log = newLog(errOut, given.LogFormat, &s.level)
	switch err := command.Run(s); {
	case err == nil:
		return exitOK
	case errors.Is(err, errPartial):
		return exitPartial
	default:
		fmt.Fprintln(errOut, "harmattan:", err)
		return exitFailed
	}
}

// newParser reads the arguments into given.
func newParser(given *cli, out, errOut io.Writer) (*kong.Kong, error) {
	return kong.New(given, kong.Name("harmattan"),
		kong.Description("Reads feeds, curates their articles and reissues regional editions."),
		kong.Vars{"version": "harmattan " + version, "listen": defaultListen},
		kong.Writers(out, errOut), kong.UsageOnError(),
		kong.Exit(func(status int) { panic(exitStatus(status)) }))
}

// exitStatus carries kong's wish to end the process up to run.
type exitStatus int
