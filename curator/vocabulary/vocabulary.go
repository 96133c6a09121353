// Package vocabulary holds what the curator knows of the world: concepts, the
// forms that they take in every language, and what makes a form ambiguous. It
// finds them in text. The knowledge itself is in the TOML files beside the
// code; users add their own files in the same format.
package vocabulary

import (
	"embed"
	"hash/fnv"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"

	"harmattan/news"
)

//go:embed *.toml
var builtin embed.FS

// File is a vocabulary file that was read but not parsed.
type File struct {
	Name string // as messages name it
	Data []byte // TOML
}

// Vocabulary is a compiled set of vocabulary files. It never changes and is
// safe for concurrent use.
type Vocabulary struct {
	concepts []Concept
	index    map[string]int // "kind/id"
	topics   []Topic
	rules    []rule
	examples []Example
	agencies map[string]bool
	grammar  grammar
	homes    map[string]int // folded name or host of an outlet -> country

	forms   []form
	outputs []int32 // form numbers, by node
	nodes   []node
	next    map[uint64]int32  // node<<32 | token -> node
	first   []int32           // token -> node below the root, 0 for none
	tokens  map[string]uint32 // folded token -> number, from 1
	heads   heads             // of the tokens
	common  []bool            // by token: it stands in a term of a topic
	cues    int

	fingerprint string
	buffers     sync.Pool
}

// Concept is something that a tag can say.
type Concept struct {
	Kind  news.Kind
	ID    string
	Label string
	Point *news.Point
	// Parents are the numbers of the concepts that it lies in or belongs to.
	Parents []int
	// Countries are the numbers of the countries that it speaks of: itself,
	// the one that a place lies in, the home of a person or a group.
	Countries []int
	// Shares tells that a mention speaks of every one of several Countries.
	Shares bool
	// Topics are the numbers of the topics that a mention is evidence for, and
	// TopicWeight how strong it is.
	Topics      []int
	TopicWeight float64
	// Since is when it came to be, zero for always: an older article cannot
	// speak of it. For people it is when they took office, and no bound.
	Since time.Time
	// Until is when it ceased to be, or left office, zero when it did not.
	Until time.Time
}

// grammar holds folded words that tell how a name beside them is meant.
type grammar struct{ place, border, bearer, function, abbreviation map[string]bool }

// Key is the name of the concept in rules: "kind/id".
func (c Concept) Key() string { return string(c.Kind) + "/" + c.ID }

// New compiles the built-in files and the user's. The error is Problems when
// the files can be read but say something wrong.
func New(files ...File) (*Vocabulary, error) {
	all, err := builtinFiles()
	if err != nil {
		return nil, err
	}
	return compile(append(all, files...))
}

func builtinFiles() ([]File, error) {
	names, err := fs.Glob(builtin, "*.toml")
	if err != nil {
		return nil, err
	}
	var files []File
	for _, name := range names {
		data, err := builtin.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: name, Data: data})
	}
	return files, nil
}

// Concepts returns all concepts; the slice must not be changed. A number in a
// Mention or a Concept is an index into it.
func (v *Vocabulary) Concepts() []Concept { return v.concepts }

// Topics returns the topics' scoring, in the order of their concepts.
func (v *Vocabulary) Topics() []Topic { return v.topics }

// Examples returns the tests that the files carry.
func (v *Vocabulary) Examples() []Example { return v.examples }

// Lookup finds a concept by its key, "kind/id".
func (v *Vocabulary) Lookup(key string) (number int, ok bool) {
	number, ok = v.index[key]
	return number, ok
}

// Home finds the country that an outlet writes about, by its name or by the
// host of a link of its own.
func (v *Vocabulary) Home(name, host string) (country int, ok bool) {
	if country, ok = v.homes[Fold(name)]; ok || host == "" {
		return country, ok
	}
	country, ok = v.homes[strings.TrimPrefix(strings.ToLower(host), "www.")]
	return country, ok
}

// Fingerprint changes with every change of a file.
func (v *Vocabulary) Fingerprint() string { return v.fingerprint }

func fingerprint(files []File) string {
	hash := fnv.New64a()
	for _, file := range files {
		hash.Write(file.Data)
		hash.Write([]byte{0})
	}
	return strconv.FormatUint(hash.Sum64(), 36)
}
