// Package config reads config.toml into checked values. Every mistake is found
// in one go and told with its file, line and column.
package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"harmattan/curator"
	"harmattan/curator/vocabulary"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/publisher"
	"harmattan/storage"
)

// Config is a whole configuration file. Each stage owns its table; those of the
// daemon itself are here.
type Config struct {
	Fetcher    fetcher.Options        `toml:"fetcher"`
	Curator    curator.Options        `toml:"curator"`
	Storage    storage.Options        `toml:"storage"`
	Publisher  publisher.Options      `toml:"publisher"`
	Archive    storage.ArchiveOptions `toml:"archive"`
	Backup     storage.BackupOptions  `toml:"backup"`
	Reload     ReloadOptions          `toml:"reload"`
	Metrics    MetricsOptions         `toml:"metrics"`
	HostGroups []fetcher.HostGroup    `toml:"host_group"`
	Sources    []news.Source          `toml:"source"`
	Editions   []news.Edition         `toml:"edition"`

	// Vocabularies are the files that [curator] vocabularies names, read.
	Vocabularies []vocabulary.File `toml:"-"`
	// Withheld are the ids of sources whose address lacks its credential, because
	// none are given to this process. They cannot be fetched.
	Withheld []string `toml:"-"`
	// Fingerprint is that of the file and its vocabularies, byte for byte.
	Fingerprint string `toml:"-"`
}

// Default returns the configuration of an empty file: the defaults of every
// stage, no source and no edition.
func Default() *Config {
	return &Config{
		Fetcher:   fetcher.Default(),
		Curator:   curator.Default(),
		Storage:   storage.Default(),
		Publisher: publisher.Default(),
		Archive:   storage.DefaultArchive(),
		Backup:    storage.DefaultBackup(),
		Reload:    ReloadOptions{MaxChange: 0.5},
	}
}

// Load reads the configuration file at path. The error is Errors when the file
// could be read but holds mistakes.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return Parse(path, data)
}

// Parse reads a configuration from TOML text. Name is the file that it is from:
// it stands in messages, and the vocabulary files are looked for in its folder.
// The error, if any, is Errors. Data is not kept.
func Parse(name string, data []byte) (*Config, error) {
	doc := readDocument(name, data)
	doc.checkShape()
	c := Default()
	if !doc.decode(c) {
		return nil, doc.errors()
	}
	c.Fetcher.HostGroups = c.HostGroups
	doc.fillCredentials(c)
	unread := doc.readVocabularies(c)
	doc.checkDuplicates(c)
	doc.checkReferences(c)
	doc.checkRules(c, unread)
	doc.checkVariants(c)
	doc.checkDigests(c)
	for _, p := range c.problems() {
		doc.reportProblem(p)
	}
	if err := doc.errors(); err != nil {
		return nil, err
	}
	c.Fingerprint = fingerprint(data, c.Vocabularies)
	return c, nil
}

func fingerprint(data []byte, vocabularies []vocabulary.File) string {
	sum := sha256.Sum256(data)
	for _, file := range vocabularies {
		of := sha256.Sum256(file.Data)
		sum = sha256.Sum256(append(sum[:], of[:]...))
	}
	return hex.EncodeToString(sum[:])
}

// decode fills c with all that is sound in the document. What is not was
// reported and taken out before, so a refusal here is a mistake that our own
// checks do not know: it is reported as the library tells it.
func (d *document) decode(c *Config) bool {
	decoder := toml.NewDecoder(bytes.NewReader(d.repaired())).DisallowUnknownFields()
	err := decoder.Decode(c)
	if err == nil {
		return true
	}
	at := span{}
	var refused *toml.DecodeError
	if errors.As(err, &refused) {
		at = d.at(refused.Position())
	}
	d.report(at, "%s", strings.TrimPrefix(err.Error(), "toml: "))
	return false
}

// problems asks every stage about its settings.
func (c *Config) problems() []news.Problem {
	var all []news.Problem
	under := func(found []news.Problem, parents ...string) {
		for _, p := range found {
			all = append(all, p.Under(parents...))
		}
	}
	under(c.Fetcher.Validate(), "fetcher")
	under(c.Curator.Validate(), "curator")
	under(c.Storage.Validate(), "storage")
	under(c.Publisher.Validate(), "publisher")
	under(c.Archive.Validate(), "archive")
	under(c.Backup.Validate(), "backup")
	if _, err := fetcher.ParseSchedule(c.Backup.Schedule, ""); err != nil {
		all = append(all, news.Problem{Path: []string{"backup", "schedule"}, Message: err.Error()})
	}
	under(c.Reload.Validate(), "reload")
	under(c.Metrics.Validate(), "metrics")
	under(fetcher.ValidateHostGroups(c.HostGroups), "host_group")
	for i, s := range c.Sources {
		under(fetcher.ValidateSource(s), "source", strconv.Itoa(i))
		under(storage.ValidateSource(s), "source", strconv.Itoa(i))
	}
	for i, e := range c.Editions {
		under(storage.ValidateEdition(e), "edition", strconv.Itoa(i))
	}
	under(publisher.ValidateEditions(c.Editions), "edition")
	if len(c.Sources) == 0 {
		all = append(all, news.Problem{Message: "there is no [[source]] table, so there is nothing to read"})
	}
	return all
}
