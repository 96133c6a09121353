package fetcher_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testsOf lists the tests of all packages.
func testsOf(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	for _, pattern := range []string{"../*/*_test.go", "../*/*/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
					tests[f.Name.Name] = true
				}
			}
		}
	}
	return tests
}

func TestTheDocumentationHasEveryRuleOnceWithATestThatExists(t *testing.T) {
	document, err := os.ReadFile("../docs/fetching.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, rows := testsOf(t), map[string]int{}
	for line := range strings.Lines(string(document)) {
		if match := regexp.MustCompile(`^\| (F-\d+) \|`).FindStringSubmatch(line); match != nil {
			rows[match[1]]++
		}
		for _, match := range regexp.MustCompile("`(Test[A-Za-z0-9_]+)`").FindAllStringSubmatch(line, -1) {
			if !tests[match[1]] {
				t.Errorf("docs/fetching.md names %s, which does not exist", match[1])
			}
		}
	}
	for n := 1; n <= 106; n++ {
		if id := fmt.Sprintf("F-%02d", n); rows[id] != 1 {
			t.Errorf("%s has %d rows", id, rows[id])
		}
	}
}
