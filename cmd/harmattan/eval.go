package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"harmattan/config"
	"harmattan/curator"
)

type evalCommand struct {
	Config      string   `help:"Configuration whose vocabulary and editions judge; without it the built-in example." placeholder:"FILE" short:"c"`
	JSON        bool     `help:"Print JSON: one object for each file, on a line of its own."`
	Mistakes    int      `help:"How many of the worst mistakes to print for each file." default:"10"`
	Predictions string   `help:"Write what was decided on each line to this file, as JSON Lines." placeholder:"FILE"`
	Compare     string   `help:"Judge with this configuration too, and show which figures and articles it changes." placeholder:"CONFIG"`
	Files       []string `arg:"" name:"file" help:"Labelled articles, as JSON Lines." type:"existingfile"`
}

func (c *evalCommand) Run(s *session) error {
	before, err := c.evaluate(s, c.Config)
	if err != nil {
		return err
	}
	if c.Predictions != "" {
		if err := writePredictions(c.Predictions, before); err != nil {
			return err
		}
	}
	if c.Compare != "" {
		after, err := c.evaluate(s, c.Compare)
		if err != nil {
			return err
		}
		return c.compare(s.out, before, after)
	}
	for _, e := range before {
		e.Mistakes = e.Mistakes[:min(max(c.Mistakes, 0), len(e.Mistakes))]
		if err := c.print(s.out, e); err != nil {
			return err
		}
	}
	return nil
}

// evaluate judges every file with one configuration.
func (c *evalCommand) evaluate(s *session, name string) ([]curator.Evaluation, error) {
	cfg, err := settings{Config: name}.load(s)
	if err != nil {
		return nil, err
	}
	judge, err := newCurator(cfg)
	if err != nil {
		return nil, err
	}
	var all []curator.Evaluation
	for _, name := range c.Files {
		e, err := evaluateFile(judge, cfg, name)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func evaluateFile(judge *curator.Curator, cfg *config.Config, name string) (curator.Evaluation, error) {
	file, err := os.Open(name)
	if err != nil {
		return curator.Evaluation{}, err
	}
	e, err := judge.Evaluate(name, file, cfg.Sources)
	return e, errors.Join(err, file.Close())
}

func writePredictions(name string, all []curator.Evaluation) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	for _, e := range all {
		for _, p := range e.Predictions {
			if err := encoder.Encode(p); err != nil {
				return errors.Join(fmt.Errorf("%s: %w", name, err), file.Close())
			}
		}
	}
	return file.Close()
}

func (c *evalCommand) print(out io.Writer, e curator.Evaluation) error {
	if c.JSON {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(e)
	}
	fmt.Fprintf(out, "%s: %d lines\n", e.File, e.Articles)
	table := newTable(out)
	figures := rows(e.Figures)
	for _, name := range slices.Sorted(maps.Keys(figures)) {
		fmt.Fprintf(table, "  %s\t%s\n", name, figures[name])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, m := range e.Mistakes {
		said := "missed"
		if m.Wrong {
			said = "wrong"
		}
		fmt.Fprintf(out, "  %s %s (%.2f) %s: %s\n", said, m.Key, m.Score, m.ID, m.Title)
		for _, ev := range m.Evidence {
			fmt.Fprintf(out, "    %q in %s at byte %d, weight %.2f %s\n", ev.Term, ev.Field, ev.Offset, ev.Weight, ev.Note)
		}
		for _, reason := range m.Reasons {
			fmt.Fprintf(out, "    %s\n", reason)
		}
	}
	return nil
}

// rows flattens figures into lines of a table, by name.
func rows(f curator.Figures) map[string]string {
	lines := map[string]string{}
	add := func(name string, c *curator.Counts) {
		if c != nil {
			lines[name] = fmt.Sprintf("precision %.3f\trecall %.3f\tF1 %.3f\tfalse alarms %.4f\tright %d\twrong %d\tmissed %d",
				c.Precision, c.Recall, c.F1, c.FalseAlarms, c.Right, c.Wrong, c.Missed)
		}
	}
	add("countries", f.Countries)
	add("countries, all", f.CountriesAll)
	for _, group := range []struct {
		name  string
		parts map[string]*curator.Counts
	}{{"country ", f.ByCountry}, {"topic ", f.Topics}, {"edition ", f.Editions}} {
		for id, counts := range group.parts {
			add(group.name+id, counts)
		}
	}
	if f.Languages != nil {
		lines["languages"] = fmt.Sprintf("accuracy %.4f\tof %d texts", f.Languages.Accuracy, f.Languages.Texts)
	}
	if f.Stories != nil {
		add("stories", &f.Stories.Counts)
		lines["stories, random pairs"] = fmt.Sprintf("false merges %d\tof %d pairs", f.Stories.FalseMerges, f.Stories.RandomPairs)
	}
	if f.Links != nil {
		lines["links"] = fmt.Sprintf("accuracy %.4f\tof %d pairs", f.Links.Accuracy, f.Links.Pairs)
	}
	return lines
}

// compare prints the figures that differ and the articles that change sides.
func (c *evalCommand) compare(out io.Writer, before, after []curator.Evaluation) error {
	for i := range before {
		fmt.Fprintf(out, "%s: %s (+) against %s (-)\n", before[i].File, c.Compare, cmp.Or(c.Config, "the built-in example"))
		old, new := rows(before[i].Figures), rows(after[i].Figures)
		table := newTable(out)
		for _, name := range slices.Sorted(maps.Keys(new)) {
			if old[name] != new[name] {
				fmt.Fprintf(table, "- %s\t%s\n+ %s\t%s\n", name, old[name], name, new[name])
			}
		}
		if err := table.Flush(); err != nil {
			return err
		}
		changes := curator.Compare(before[i], after[i])
		for _, change := range changes {
			fmt.Fprintf(out, "%s %s %s (%.2f)\n", sign(change.Enters), change.Key, change.ID, change.Score)
		}
		fmt.Fprintf(out, "%d statements change\n", len(changes))
	}
	return nil
}

func sign(enters bool) string {
	if enters {
		return "+"
	}
	return "-"
}
