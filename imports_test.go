package harmattan_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed lists, for each package, the packages of this module that it may
// import. What is not listed is refused: the direction of the data is the
// direction of the imports.
var allowed = map[string][]string{
	"news":                   {},
	"curator/vocabulary":     {"news"},
	"fetcher":                {"news"},
	"curator":                {"news", "curator/vocabulary"},
	"storage":                {"news"},
	"publisher":              {"news"},
	"config":                 {"news", "fetcher", "curator", "curator/vocabulary", "storage", "publisher"},
	"cmd/harmattan/newsroom": {"news"},
	"cmd/harmattan": {"", "config", "news", "fetcher", "curator", "curator/vocabulary", "storage", "publisher",
		"cmd/harmattan/newsroom"},
	"": {},
}

// owners lists the only places that may import a library, so that changing it
// touches nothing else.
var owners = map[string][]string{
	"github.com/mmcdole/gofeed":      {"fetcher"},
	"github.com/gorilla/feeds":       {"publisher"},
	"modernc.org/sqlite":             {"storage"},
	"database/sql":                   {"storage"},
	"github.com/robfig/cron/v3":      {"fetcher", "cmd/harmattan"},
	"github.com/pelletier/go-toml":   {"config", "curator/vocabulary", "curator", "cmd/harmattan/newsroom"},
	"github.com/expr-lang/expr":      {"curator"},
	"github.com/alecthomas/":         {"cmd/harmattan"},
	"github.com/jotaen/":             {"cmd/harmattan"},
	"github.com/coreos/go-systemd":   {"cmd/harmattan"},
	"golang.org/x/sys":               {}, // tests alone
	"github.com/abadojack/whatlang":  {"curator"},
	"golang.org/x/mod":               {"cmd/harmattan"},
	"github.com/microcosm-cc/bluemo": {"curator", "publisher"},
}

func TestImportsFollowTheDirectionOfTheData(t *testing.T) {
	eachFile(t, func(dir, name string, file *ast.File, _ *token.FileSet) {
		permitted, known := allowed[dir]
		if !known {
			t.Errorf("%s: folder %q has no line in the table of allowed imports", name, dir)
			return
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if own, ok := moduleFolder(imported); ok {
				if !slices.Contains(permitted, own) {
					t.Errorf("%s imports %q, which %q may not", name, imported, dir)
				}
				continue
			}
			for library, places := range owners {
				if strings.HasPrefix(imported, library) && !slices.Contains(places, dir) {
					t.Errorf("%s imports %q, which belongs to %v", name, imported, places)
				}
			}
		}
	})
}

func TestNewsUsesTheStandardLibraryAlone(t *testing.T) {
	eachFile(t, func(dir, name string, file *ast.File, _ *token.FileSet) {
		if dir != "news" {
			return
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if first, _, _ := strings.Cut(imported, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %q", name, imported)
			}
		}
	})
}

func TestGofeedIsImportedByOneFile(t *testing.T) {
	var files []string
	eachFile(t, func(_, name string, file *ast.File, _ *token.FileSet) {
		for _, spec := range file.Imports {
			if strings.HasPrefix(spec.Path.Value, `"github.com/mmcdole/gofeed`) {
				files = append(files, name)
				return
			}
		}
	})
	if len(files) != 1 {
		t.Errorf("gofeed is imported by %v, want one file", files)
	}
}

func TestOnlyTheCommandReadsTheClock(t *testing.T) {
	eachFile(t, func(dir, name string, file *ast.File, fset *token.FileSet) {
		if strings.HasPrefix(dir, "cmd/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := call.X.(*ast.Ident)
			if ok && pkg.Name == "time" && (call.Sel.Name == "Now" || call.Sel.Name == "Sleep") {
				t.Errorf("%s: time.%s; take the time as an argument", fset.Position(call.Pos()), call.Sel.Name)
			}
			return true
		})
	})
}

// eachFile calls do for every Go file of the module that is not a test.
func eachFile(t *testing.T, do func(dir, name string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || name == "tools") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := path.Dir(filepath.ToSlash(name))
		if dir == "." {
			dir = ""
		}
		do(dir, filepath.ToSlash(name), file, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// moduleFolder tells the folder of a package of this module.
func moduleFolder(imported string) (folder string, ok bool) {
	if imported == "harmattan" {
		return "", true
	}
	return strings.CutPrefix(imported, "harmattan/")
}
