package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"harmattan/config"
	"harmattan/fetcher"
	"harmattan/news"
)

type importCommand struct {
	File   string `arg:"" help:"OPML file, or - for standard input."`
	Config string `help:"Configuration file whose sources are left out." placeholder:"FILE" short:"c"`
	Output string `help:"File to write to, in place of standard output." placeholder:"FILE" short:"o"`
	Force  bool   `help:"Overwrite the file of --output."`
}

// maxOPML bounds what is read of a file.
const maxOPML = 16 << 20

func (c *importCommand) Run(s *session) error {
	document, err := readBounded(c.File, maxOPML)
	if err != nil {
		return err
	}
	listed, remarks, err := fetcher.ReadOPML(document)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	known := &config.Config{}
	if c.Config != "" {
		if known, err = (settings{Config: c.Config}).load(s); err != nil {
			return err
		}
	}
	for _, r := range remarks {
		fmt.Fprintf(s.errOut, "%s:%d: %s\n", c.File, r.Line, r.Text)
	}
	tables, n := c.tables(s, listed, known)
	if err := c.write(s, tables); err != nil {
		return err
	}
	fmt.Fprintf(s.errOut, "%d of %d sources written, %d remarks.\n", n, len(listed), len(remarks))
	if len(remarks) > 0 || len(listed) == 0 {
		return errPartial
	}
	return nil
}

// tables writes the sources that are not there yet. A feed that stands in
// several folders gets the tags of all of them; two sources of ours with one
// address stay two.
func (c *importCommand) tables(s *session, listed []fetcher.Subscription, known *config.Config) (tables []byte, n int) {
	taken, configured := map[string]bool{}, map[string]string{}
	for _, source := range known.Sources {
		taken[source.ID] = true
		configured[news.SameAddress(source.URL)] = source.ID
	}
	var chosen []fetcher.Subscription
	at := map[string]int{}
	for _, l := range listed {
		key := news.SameAddress(l.Source.URL)
		id, there := configured[key]
		key += " " + l.Source.ID
		i, twice := at[key]
		name := cmp.Or(l.Source.Name, l.Source.PublicURL())
		switch {
		case there:
			fmt.Fprintf(s.errOut, "%s:%d: %q is already in %s as %s; left out\n", c.File, l.Line, name, c.Config, id)
		case twice:
			fmt.Fprintf(s.errOut, "%s:%d: %q stands in line %d already; its folders are added there\n", c.File, l.Line, name, chosen[i].Line)
			for _, tag := range l.Source.Tags {
				if !slices.Contains(chosen[i].Source.Tags, tag) {
					chosen[i].Source.Tags = append(chosen[i].Source.Tags, tag)
				}
			}
		default:
			at[key] = len(chosen)
			chosen = append(chosen, l)
		}
	}
	for i := range chosen { // ids of our own come first: a name made into one must not take theirs
		if id := chosen[i].Source.ID; taken[id] {
			chosen[i].Source.ID = ""
		} else if id != "" {
			taken[id] = true
		}
	}
	var out bytes.Buffer
	for i, l := range chosen {
		if i > 0 {
			out.WriteByte('\n')
		}
		if l.Source.ID == "" {
			l.Source.ID = config.NewID(l.Source.Name, l.Source.URL, taken)
		}
		out.WriteString(config.SourceTable(l.Source))
	}
	return out.Bytes(), len(chosen)
}

func (c *importCommand) write(s *session, tables []byte) error {
	if c.Output == "" {
		_, err := s.out.Write(tables)
		return err
	}
	return writeOnce(c.Output, tables, c.Force, private)
}

// readBounded reads a file, or standard input for "-", that is not larger than
// the limit.
func readBounded(name string, limit int64) (data []byte, err error) {
	in := os.Stdin
	if name != "-" {
		if in, err = os.Open(name); err != nil {
			return nil, err
		}
		defer in.Close()
	}
	data, err = io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	return data, err
}

// Modes of new files: addresses of sources may hold secrets, a new configuration
// does not, and the service that reads it is another user.
const (
	private fs.FileMode = 0o600
	public  fs.FileMode = 0o644
)

// writeOnce writes a file whole or not at all. One that is there is replaced only
// with force, and keeps its mode.
func writeOnce(name string, data []byte, force bool, mode fs.FileMode) error {
	if !force {
		file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s is there already; --force overwrites it", name)
		}
		if err != nil {
			return err
		}
		return fill(file, data)
	}
	file, err := os.CreateTemp(filepath.Dir(name), ".harmattan-*")
	if err != nil {
		return err
	}
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm() // whoever reads it goes on reading it
	}
	if err := errors.Join(file.Chmod(mode), fill(file, data)); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

// fill writes and closes a new file, and takes it away again when that fails.
func fill(file *os.File, data []byte) error {
	_, err := file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
