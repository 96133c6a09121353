package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write docs/commands.md anew")

func TestCommandsFileIsThatOfTheCode(t *testing.T) {
	const name = "../../docs/commands.md"
	parser, err := newParser(new(cli), io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	made := commandsFile(parser.Model)
	if *update {
		if err := os.WriteFile(name, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(made, kept) {
		t.Errorf("%s is not what the code makes (%v): go test ./cmd/harmattan -run CommandsFile -update", name, err)
	}
}

// commandsFile is docs/commands.md.
func commandsFile(app *kong.Application) []byte {
	var b bytes.Buffer
	b.WriteString("# Commands\n\nMade from the program by `go test ./cmd/harmattan -run CommandsFile -update`; `harmattan COMMAND --help` says the same.\n\n" +
		"Every command ends with 0 when it is done, with 1 when something is wrong that it tells of (a source failed, a mistake was found), with 2\n" +
		"when it could not be done.\n\nEvery command knows these flags:\n\n")
	writeFlags(&b, app.Flags)
	for _, leaf := range app.Leaves(true) {
		fmt.Fprintf(&b, "\n## %s\n\n    %s\n\n%s\n", leaf.FullPath(), strings.TrimSpace(leaf.FullPath()+" "+usage(leaf)), leaf.Help)
		rows := new(bytes.Buffer)
		for _, p := range leaf.Positional {
			fmt.Fprintf(rows, "| `%s` | %s | %s |\n", cell(p.Summary()), cell(p.Help), quoted(p.Default))
		}
		if rows.Len() > 0 {
			fmt.Fprintf(&b, "\n| argument | what | default |\n|---|---|---|\n%s", rows)
		}
		if len(leaf.Flags) > 0 {
			b.WriteString("\n")
			writeFlags(&b, leaf.Flags)
		}
	}
	return b.Bytes()
}

// usage is the command's arguments behind its name.
func usage(leaf *kong.Node) string {
	var words []string
	for _, p := range leaf.Positional {
		words = append(words, p.Summary())
	}
	if len(leaf.Flags) > 0 {
		words = append(words, "[flags]")
	}
	return strings.Join(words, " ")
}

func writeFlags(b *bytes.Buffer, flags []*kong.Flag) {
	b.WriteString("| flag | what | default |\n|---|---|---|\n")
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		name := "--" + f.Name
		if !f.IsBool() {
			name += "=" + f.FormatPlaceHolder()
		}
		if f.Short != 0 {
			name = "-" + string(f.Short) + ", " + name
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", cell(name), cell(f.Help), quoted(f.Default))
	}
}

func quoted(value string) string {
	if value == "" {
		return ""
	}
	return "`" + value + "`"
}

// cell is text that may stand in a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }
