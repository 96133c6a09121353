package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPruneLetsGoWhatIsOldAndTheFileShrinks(t *testing.T) {
	fleuve := newOutlet(t)
	for n := range 300 {
		s := numbered(battle("douze"), n)
		for line := range 120 {
			s.text += fmt.Sprintf(" Le %d de la rue %d a vu passer %d blessés.", (n+7)*(line+13), n*n*line%9973, (n+line)*line%97)
		}
		s.published = time.Now().Add(-time.Duration(n) * time.Minute)
		fleuve.stories = append(fleuve.stories, s)
	}
	conf, dir := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	brief := writeFile(t, "brief.toml", string(text)+"\n[storage]\nkeep_texts = \"1ms\"\n\n[archive]\nmax_bytes = 0\n")
	output(t, "fetch", "--all", "--config", conf, "--state", dir)
	before := size(t, dir)
	edition := output(t, "editions", "--json", "--config", conf, "--state", dir)

	if code, _, errOut := invoke(t, "prune", "--state", dir); code != exitFailed || !strings.Contains(errOut, "--config FILE") {
		t.Errorf("without a configuration: %d, %s", code, errOut)
	}
	if out := output(t, "prune", "--config", conf, "--state", dir); !strings.Contains(out, "Gone: 0 texts, 0 articles") {
		t.Errorf("all is young, yet %s", out)
	}
	out := output(t, "prune", "--config", brief, "--state", dir)
	if !strings.Contains(out, "Gone: ") || strings.Contains(out, "Gone: 0 texts") || strings.Contains(out, " 0 archived documents") {
		t.Errorf("said %s", out)
	}
	if after := size(t, dir); after > before*9/10 || !strings.Contains(out, fmt.Sprintf("%d bytes", after)) {
		t.Errorf("%d bytes are left of %d; said %s", after, before, out)
	}
	if again := output(t, "editions", "--json", "--config", conf, "--state", dir); again != edition {
		t.Errorf("the edition is %s, was %s", again, edition)
	}
	if out := output(t, "check", "--database", "--config", conf, "--state", dir); !strings.Contains(out, "The database is sound") {
		t.Error(out)
	}

	lock, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := invoke(t, "prune", "--config", conf, "--state", dir); code != exitFailed || !strings.Contains(errOut, "another harmattan works here") {
		t.Errorf("beside a daemon: %d, %s", code, errOut)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
}

func size(t *testing.T, dir string) int64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
