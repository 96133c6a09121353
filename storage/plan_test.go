package storage_test

import (
	"database/sql"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// scans are the queries that may read a whole table or index, by a piece of
// their text: they run now and then and answer for all there is.
var scans = []string{
	"FROM source ",      // the states of all sources
	"GROUP BY",          // numbers for the page of all sources and editions
	"row_number() OVER", // retention
	"FROM sketch WHERE published",
	"SELECT count(*) FROM", // check
	"integrity_check",
	"FROM body UNION ALL",
	"SELECT DISTINCT a.story",        // another configuration
	"FROM history WHERE number > 0",  // at the start
	"SET edition_id", "SET editions", // an edition was renamed
	"FROM token ORDER", "DELETE FROM token", // a person asks
	"FROM subscriber ORDER",                        // at the start
	"FROM manifest ORDER",                          // at the start
	"UPDATE edition SET closed_at", "FROM edition", // another configuration
}

func TestNoFrequentQueryReadsAWholeTable(t *testing.T) {
	queries := sqlOf(t)
	if len(queries) < 30 {
		t.Fatalf("only %d queries found in the source", len(queries))
	}
	path := filepath.Join(t.TempDir(), "harmattan.db")
	openAt(t, path)
	db := raw(t, path)
	for _, query := range queries {
		for _, step := range plan(t, db, query) {
			if regexp.MustCompile(`^SCAN \w+($| USING)`).MatchString(step) {
				t.Errorf("%s\n%s", step, query)
			}
		}
	}
}

func plan(t *testing.T, db *sql.DB, query string) (steps []string) {
	t.Helper()
	rows, err := db.Query("EXPLAIN QUERY PLAN "+query, make([]any, parameters(query))...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}

// parameters counts ?, or takes the highest of ?1, ?2 …
func parameters(query string) (n int) {
	for _, found := range regexp.MustCompile(`\?(\d*)`).FindAllStringSubmatch(query, -1) {
		if number, err := strconv.Atoi(found[1]); err == nil {
			n = max(n, number)
		} else {
			n++
		}
	}
	return n
}

// sqlOf collects the statements in this package's source that read tables.
func sqlOf(t *testing.T) (queries []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var trees []*ast.File
	constants := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
		ast.Inspect(tree, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				constants[spec.Names[0].Name] = text(spec.Values[0], nil)
			}
			return true
		})
	}
	base := text(&ast.Ident{Name: "selectArticle"}, constants)
	for _, tree := range trees {
		ast.Inspect(tree, func(n ast.Node) bool {
			expr, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			query := strings.TrimSpace(text(expr, constants))
			if regexp.MustCompile(`^(WHERE a\.|WHERE s\.|JOIN )`).MatchString(query) {
				query = base + query
			}
			if regexp.MustCompile(`^(SELECT|UPDATE|DELETE|INSERT)\b.*\b(WHERE|SELECT)\b`).MatchString(strings.ReplaceAll(query, "\n", " ")) &&
				!slices.ContainsFunc(scans, func(piece string) bool { return strings.Contains(query, piece) }) {
				queries = append(queries, query)
			}
			return query == ""
		})
	}
	slices.Sort(queries)
	return slices.Compact(queries)
}

// text is the value of a string expression, constants put in.
func text(expr ast.Expr, constants map[string]string) string {
	switch e := expr.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			value, err := strconv.Unquote(e.Value)
			if err != nil {
				return ""
			}
			return value
		}
	case *ast.Ident:
		return constants[e.Name]
	case *ast.BinaryExpr:
		return text(e.X, constants) + text(e.Y, constants)
	}
	return ""
}
