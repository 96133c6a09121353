package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"harmattan/config"
)

// The name begins as that of the schema's test, so that one run makes both anew.
func TestSchemaFileHasItsManual(t *testing.T) {
	const name = "../docs/configuration.md"
	made := manual(t)
	if *update {
		if err := os.WriteFile(name, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(made, kept) {
		t.Errorf("%s is not what the code makes (%v): go test ./config -run SchemaFile -update", name, err)
	}
}

// manual is docs/configuration.md: the schema in tables, in the order of the types.
func manual(t *testing.T) []byte {
	t.Helper()
	text, err := config.Schema(readExample(t))
	if err != nil {
		t.Fatal(err)
	}
	root := new(node)
	if err := json.Unmarshal(text, root); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString("# Configuration\n\nMade from the program by `go test ./config -run SchemaFile -update`, as `config.schema.json` is. The same words, with examples, stand in\n" +
		"[config.example.toml](../config.example.toml); `harmattan check --config FILE` finds every mistake of a file at once.\n\n" +
		"A time span is text with its unit: `\"90s\"`, `\"15m\"`, `\"36h\"`, `\"7d\"`. A key without a default may be left out, but for `id` and what makes the thing.\n")
	before := ""
	for _, key := range keysOf(reflect.TypeFor[config.Config](), "") {
		dot := strings.LastIndex(key, ".")
		if table := key[:dot]; table != before {
			before = table
			fmt.Fprintf(&b, "\n## %s\n\n| key | type | default | what |\n|---|---|---|---|\n", tableName(root, table))
		}
		n := root.at(key)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", key[dot+1:], n.kind(), n.usual(), strings.ReplaceAll(n.Description, "|", "\\|"))
	}
	return b.Bytes()
}

// at finds a key by its path; tables of an array are looked into.
func (n *node) at(path string) *node {
	for part := range strings.SplitSeq(path, ".") {
		if n.Items != nil {
			n = n.Items
		}
		n = n.Properties[part]
	}
	return n
}

// tableName writes a table as the file does.
func tableName(root *node, path string) string {
	if root.at(path).Items != nil {
		return "[[" + path + "]]"
	}
	return "[" + path + "]"
}

func (n *node) kind() string {
	switch {
	case n.Items != nil && n.Items.Type == "object":
		return "tables"
	case n.Items != nil:
		return "list of " + n.Items.Type + "s"
	case n.Pattern != "":
		return "time span"
	case len(n.Enum) > 0:
		return "`\"" + strings.Join(n.Enum[1:], "\"`, `\"") + "\"`"
	}
	return n.Type
}

func (n *node) usual() string {
	if n.Default == nil {
		return ""
	}
	text, err := json.Marshal(n.Default)
	if err != nil {
		return ""
	}
	if n.Pattern != "" {
		text = bytes.Replace(bytes.Replace(text, []byte("m0s"), []byte("m"), 1), []byte("h0m"), []byte("h"), 1)
	}
	return "`" + string(text) + "`"
}
