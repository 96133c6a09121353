package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"harmattan/config"
)

type doctorCommand struct {
	settings
	Offline bool `help:"Ask neither sources nor name servers."`
	JSON    bool `help:"Print JSON: an array with one object for each finding."`
}

// finding is what the doctor found in one matter; the JSON names are a promise.
type finding struct {
	Matter string `json:"matter"`
	Well   bool   `json:"well"`
	Text   string `json:"text"`
	Advice string `json:"advice"` // empty when there is nothing to do
}

// examination gathers findings on one Harmattan.
type examination struct {
	*session
	dir      string
	findings []finding
}

func (e *examination) well(matter, text string, args ...any) {
	e.findings = append(e.findings, finding{Matter: matter, Well: true, Text: fmt.Sprintf(text, args...)})
}

func (e *examination) ill(matter, advice, text string, args ...any) {
	e.findings = append(e.findings, finding{Matter: matter, Text: fmt.Sprintf(text, args...), Advice: advice})
}

func (c *doctorCommand) Run(s *session) error {
	dir, err := stateFolder(c.State)
	if err != nil {
		return err
	}
	e := &examination{session: s, dir: dir}
	cfg := e.configuration(c.settings)
	e.clock()
	e.disk()
	e.database()
	if cfg != nil {
		e.backups(cfg)
		e.listening(cfg, c.Offline)
		if !c.Offline {
			e.sources(cfg)
		}
	}
	e.service()
	return c.print(s, e.findings)
}

func (c *doctorCommand) print(s *session, findings []finding) error {
	ill := len(slices.DeleteFunc(slices.Clone(findings), func(f finding) bool { return f.Well }))
	if c.JSON {
		if err := writeJSON(s.out, findings); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			mark := "well"
			if !f.Well {
				mark = "ILL "
			}
			fmt.Fprintf(s.out, "%s  %-13s %s\n", mark, f.Matter, f.Text)
			if f.Advice != "" {
				fmt.Fprintf(s.out, "      %-13s -> %s\n", "", f.Advice)
			}
		}
		fmt.Fprintf(s.out, "\n%d of %d matters need somebody.\n", ill, len(findings))
	}
	if ill > 0 {
		return errPartial
	}
	return nil
}

// configuration reads the file and looks for what was left as it is in the
// example. It returns nil when the file cannot be used.
func (e *examination) configuration(f settings) *config.Config {
	const matter = "configuration"
	cfg, err := f.load(e.session)
	var mistakes config.Errors
	switch {
	case errors.As(err, &mistakes):
		e.ill(matter, "harmattan check shows each with its line", "%d mistakes", len(mistakes))
		return nil
	case err != nil:
		e.ill(matter, "give the right file with --config", "%v", err)
		return nil
	}
	judge, err := newCurator(cfg)
	if err != nil {
		e.ill(matter, "mend the vocabulary or the rule that it names", "%v", err)
		return nil
	}
	if failing := judge.CheckExamples(); len(failing) > 0 {
		e.ill(matter, "harmattan check shows them", "%d examples do not come out as they say", len(failing))
	}
	e.well(matter, "%s: %d sources, %d editions", cmp.Or(f.Config, "the built-in example"), len(cfg.Sources), len(cfg.Editions))
	if cfg.Fetcher.Contact == "" {
		e.ill(matter, "set contact below [fetcher], so that publishers can reach you before they block you", "no server is told who asks")
	}
	if cfg.Curator.IDAuthority == config.Default().Curator.IDAuthority {
		e.ill(matter, "set id_authority below [curator] before anybody subscribes; it must not change later", "the ids of entries begin with the name of nobody")
	}
	return cfg
}

// tooOld is for how long a backup is expected to be missing at most, beyond
// its schedule.
const tooOld = time.Hour

func (e *examination) backups(cfg *config.Config) {
	const matter = "backup"
	if cfg.Backup.Directory == "" {
		e.ill(matter, "set directory below [backup], or run harmattan backup FILE from a timer", "none are made")
		return
	}
	st, err := newStages(cfg)
	if err != nil {
		return // the configuration's finding says so
	}
	dir := backupFolder(cfg.Backup, e.dir)
	made := madeBackups(dir)
	if len(made) == 0 {
		e.well(matter, "none in %s yet, the first is due %s", dir, moment(st.backups.Next(e.session.clock())))
		return
	}
	last := made[len(made)-1]
	if missed := st.backups.Next(last.at); e.session.clock().After(missed.Add(tooOld)) {
		e.ill(matter, "look for \"no backup was made\" in the log", "the newest is of %s, the one of %s is missing", moment(last.at), moment(missed))
		return
	}
	e.well(matter, "%d in %s, the newest of %s", len(made), dir, moment(last.at))
}
