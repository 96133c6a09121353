package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"harmattan/config"
	"harmattan/news"
)

func TestSchemaFileIsThatOfTheCode(t *testing.T) {
	const name = "../docs/config.schema.json"
	made, err := config.Schema(readExample(t))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(made, kept) {
		t.Errorf("%s is not what the code makes (%v): go test ./config -update", name, err)
	}
}

// node is what editors use of a schema.
type node struct {
	Description string
	Type        string
	Default     any
	Enum        []string
	Pattern     string
	Items       *node
	Properties  map[string]*node
	Closed      *bool `json:"additionalProperties"`
}

func TestSchemaExplainsEveryKeyAndAllowsNoOther(t *testing.T) {
	made, err := config.Schema(readExample(t))
	if err != nil {
		t.Fatal(err)
	}
	root := new(node)
	if err := json.Unmarshal(made, root); err != nil {
		t.Fatal(err)
	}
	keys := append(keysOf(reflect.TypeFor[config.Config](), ""), "edition.also.countries", "edition.also.where")
	for _, key := range keys {
		at := root
		for part := range strings.SplitSeq(key, ".") {
			if at.Items != nil {
				at = at.Items
			}
			if at.Closed == nil || *at.Closed {
				t.Errorf("%s: its table takes unknown keys", key)
			}
			if at = at.Properties[part]; at == nil {
				t.Fatalf("%s is missing", key)
			}
		}
		if at.Description == "" || at.Type == "" {
			t.Errorf("%s: description %q, type %q", key, at.Description, at.Type)
		}
	}
	concurrency := root.Properties["fetcher"].Properties["concurrency"]
	if concurrency.Type != "integer" || concurrency.Default != 16.0 {
		t.Errorf("[fetcher] concurrency: %+v", concurrency)
	}
	if kind := root.Properties["source"].Items.Properties["kind"]; len(kind.Enum) != 3 {
		t.Errorf("[[source]] kind: %+v", kind)
	}
}

func TestAnEditionComesBackFromItsTable(t *testing.T) {
	c, err := config.Parse("config.example.toml", []byte(readExample(t)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, e := range c.Editions {
		text.WriteString(config.EditionTable(e) + "\n")
	}
	text.WriteString(config.SourceTable(news.Source{ID: "a", URL: "https://a.example/feed"}))
	again, err := config.Parse("pasted.toml", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Editions, c.Editions) {
		t.Errorf("got %+v", again.Editions)
	}
}
