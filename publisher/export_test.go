package publisher_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"harmattan/news"
)

// tree reads a directory: path to content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestP96_ExportWritesTheBytesThatAreServed(t *testing.T) {
	p := published(t, entries())
	dir := filepath.Join(t.TempDir(), "new", "site")
	if err := p.Export(dir); err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	for name, path := range map[string]string{
		"editions/sahel-security.rss": "/editions/sahel-security.rss", "editions/sahel-security.atom": atomPath,
		"editions/sahel-security.json": "/editions/sahel-security.json", "editions/sahel-security.geojson": "/editions/sahel-security.geojson", "editions/sahel-security.opml": "/editions/sahel-security.opml", "editions/sahel-security/index.html": "/editions/sahel-security", "editions/sahel-security/map/index.html": "/editions/sahel-security/map",
		"index.html": "/", "about/index.html": "/about", "opml.xml": "/opml.xml", "sources.opml": "/sources.opml",
		"style.css": "/style.css", "icon.svg": "/icon.svg", "favicon.ico": "/favicon.ico", "robots.txt": "/robots.txt",
	} {
		if served := read(t, p.Handler(), path); files[name] != served || served == "" {
			t.Errorf("%s: not what %s serves", name, path)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "editions", "sahel-security.rss"))
	if err != nil || !info.ModTime().Equal(changed) || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestP62_ExportLeavesUnchangedFilesAlone(t *testing.T) {
	p := published(t, entries())
	dir := t.TempDir()
	if err := p.Export(dir); err != nil {
		t.Fatal(err)
	}
	old := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	for name := range tree(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Publish(edition(), entries()[1:], changed.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := p.Export(dir); err != nil {
		t.Fatal(err)
	}
	touched := map[string]bool{}
	for name := range tree(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		touched[name] = !info.ModTime().Equal(old)
	}
	for name, want := range map[string]bool{"editions/sahel-security.rss": true, "index.html": true, "style.css": false, "icon.png": false, "robots.txt": false, ".harmattan-files": false} {
		if touched[name] != want {
			t.Errorf("%s: touched is %v", name, touched[name])
		}
	}
}

func TestExportRemovesOnlyWhatItWrote(t *testing.T) {
	dir := t.TempDir()
	mali := news.Edition{ID: "mali", Title: "Mali"}
	both := newPublisher(options(), edition(), mali)
	for _, e := range []news.Edition{edition(), mali} {
		if err := both.Publish(e, entries(), changed); err != nil {
			t.Fatal(err)
		}
	}
	if err := both.Export(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"editions/mine.rss", "CNAME"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// The edition stays configured but is not published yet: its files stay.
	pending := newPublisher(options(), edition(), mali)
	if err := pending.Export(dir); err != nil {
		t.Fatal(err)
	}
	if files := tree(t, dir); files["editions/mali.rss"] == "" || files["editions/sahel-security/index.html"] == "" {
		t.Error("the files of an edition that is being prepared are gone")
	}
	if err := published(t, entries()).Export(dir); err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	if files["editions/mine.rss"] != "mine" || files["CNAME"] != "mine" || files["editions/sahel-security.rss"] == "" {
		t.Error("a file that is not ours, or one that is still published, is gone")
	}
	for _, name := range []string{"editions/mali.rss", "editions/mali.atom", "editions/mali.json", "editions/mali.geojson", "editions/mali.opml", "editions/mali/index.html", "editions/mali/map/index.html"} {
		if _, ok := files[name]; ok {
			t.Errorf("%s of an edition that left is still there", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "editions", "mali")); err == nil {
		t.Error("its empty folder is still there")
	}
}

func TestExportStaysInItsDirectory(t *testing.T) {
	outer := t.TempDir()
	precious := filepath.Join(outer, "precious")
	if err := os.WriteFile(precious, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(outer, "site")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".harmattan-files"), []byte("../precious\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := published(t, entries()).Export(dir)
	if _, statErr := os.Stat(precious); statErr != nil {
		t.Fatal("a file outside the directory was removed")
	}
	if err == nil {
		t.Error("a list of files that leads outside was accepted")
	}
}

func TestExportTellsWhichDirectoryItCannotWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := published(t, nil).Export(file); err == nil {
		t.Error("a file was taken for a directory")
	}
}
