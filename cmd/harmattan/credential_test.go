package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBinaryAsksWithACredentialAndShowsItNowhere(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	config, state, dir := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss?reader={credential:fleuve}"}), t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "fleuve"), []byte("SECRETTOKEN\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := told(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0"); code != exitFailed {
		t.Errorf("without the credential: exit code %d: %s", code, out)
	}
	p := prepare(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	p.Env = append(p.Env, "CREDENTIALS_DIRECTORY="+dir)
	p.run(t)
	base := p.address(t)
	eventually(t, "the article", func() bool { return strings.Contains(fetchBody(t, base+"/editions/sahel-security.rss"), "Ménaka") })
	fleuve.change(func(o *outlet) {
		if got := o.requests[0].URL.RawQuery; got != "reader=SECRETTOKEN" {
			t.Errorf("it asks with %s", got)
		}
	})
	for _, page := range []string{"/", "/about", "/sources.opml", "/editions/sahel-security.atom", "/editions/sahel-security.json", "/editions/sahel-security.opml"} {
		if body := fetchBody(t, base+page); strings.Contains(body, "SECRETTOKEN") {
			t.Errorf("%s shows the credential", page)
		}
	}
	for _, args := range [][]string{{"check"}, {"sources", "--json", "--state", state}, {"sources", "--health", "--state", state}, {"plan", "--state", state}} {
		out := output(t, append(args, "--config", config)...)
		if strings.Contains(out, "SECRETTOKEN") || args[0] == "sources" && !strings.Contains(out, "fleuve") {
			t.Errorf("%v: %s", args, out)
		}
	}
	p.stop(t)
}
