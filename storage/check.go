package storage

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// invariants are what must hold between tables; each query counts violations.
var invariants = []struct{ violation, query string }{
	{"members of an edition that holds back none whose story has no entry there", `SELECT count(*) FROM membership m
		JOIN article a ON a.num = m.article
		LEFT JOIN entry e ON e.story = a.story AND e.edition_id = m.edition_id AND e.shown = 1
		WHERE m.left_at = 0 AND a.held = 0 AND e.article IS NULL AND coalesce((SELECT j.value FROM meta, json_each(meta.value) j
			WHERE meta.key = 'arranged' AND j.key = m.edition_id), 'merge 1 0') LIKE '% 1 0'`},
	{"shown entries whose article is held, is no member of their edition or tells another story", `SELECT count(*) FROM entry e
		JOIN article a ON a.num = e.article
		LEFT JOIN membership m ON m.article = e.article AND m.edition_id = e.edition_id AND m.left_at = 0
		WHERE e.shown = 1 AND (a.story <> e.story OR a.held <> 0 OR m.article IS NULL)`},
	{"articles that stand in an edition twice", `SELECT count(*) FROM (
		SELECT count(*) AS n FROM entry WHERE shown = 1 GROUP BY edition_id, article) WHERE n > 1`},
	{"emptied articles that still have a text", `SELECT count(*) FROM article a JOIN body b ON b.article = a.num WHERE a.emptied`},
	{"revisions numbered as the present state or above", `SELECT count(*) FROM revision r
		JOIN article a ON a.num = r.article WHERE r.number >= a.revision`},
	{"archives that count other bytes than they hold", `SELECT count(*) FROM archive a
		WHERE a.packed <> (SELECT coalesce(sum(r.packed), 0) FROM raw r)`},
	{"articles that are not in the search index", `SELECT count(*) FROM article a LEFT JOIN search_docsize d ON d.id = a.num
		WHERE d.id IS NULL AND a.held <> 3`},
	{"search index rows of no article", `SELECT count(*) FROM search_docsize d LEFT JOIN article a ON a.num = d.id WHERE a.num IS NULL`},
}

// Check reads the whole database and returns what is wrong with it, one
// sentence each, none when all is well. An error means that it could not be
// read to the end.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	var problems []string
	err := s.read(ctx, func(tx *sql.Tx) error {
		for _, part := range []func(context.Context, *sql.Tx) ([]string, error){
			quickCheck, foreignKeyCheck, checkInvariants, s.checkTexts, s.checkArchive,
		} {
			found, err := part(ctx, tx)
			if err != nil {
				return err
			}
			problems = append(problems, found...)
		}
		return nil
	})
	if err != nil {
		return problems, fmt.Errorf("check: %w", err)
	}
	return problems, nil
}

// quickCheck covers the pages, the indexes' order and the search index. FTS5
// checks the segments that its connection knew of when it last searched, which
// may be merged and gone: searching first makes it look anew.
func quickCheck(ctx context.Context, tx *sql.Tx) ([]string, error) {
	var found bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM search WHERE search MATCH 'any')").Scan(&found)
	if err != nil && meaningOf(err) != ErrDamaged {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, "PRAGMA quick_check(20)")
	if err != nil {
		return nil, err
	}
	lines, err := collect(rows, func(rows *sql.Rows) (line string, err error) {
		err = rows.Scan(&line)
		if strings.Contains(line, "main.search") || strings.HasPrefix(line, "fts5:") {
			line = "the search index is damaged: " + line
		}
		return line, err
	})
	if len(lines) == 1 && lines[0] == "ok" {
		return nil, err
	}
	return lines, err
}

func foreignKeyCheck(ctx context.Context, tx *sql.Tx) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT "table", count(*), "parent" FROM pragma_foreign_key_check GROUP BY "table", "parent"`)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (string, error) {
		var table, parent string
		var n int
		err := rows.Scan(&table, &n, &parent)
		return fmt.Sprintf("%d rows of table %s point to nothing in table %s", n, table, parent), err
	})
}

func checkInvariants(ctx context.Context, tx *sql.Tx) ([]string, error) {
	var problems []string
	for _, invariant := range invariants {
		var n int
		if err := tx.QueryRowContext(ctx, invariant.query).Scan(&n); err != nil {
			return problems, fmt.Errorf("%s: %w", invariant.violation, err)
		}
		if n > 0 {
			problems = append(problems, fmt.Sprintf("%d %s", n, invariant.violation))
		}
	}
	return problems, nil
}

// checkTexts unpacks every text: SQLite has no checksum of what it stores, the
// frames of the texts have.
func (s *Store) checkTexts(ctx context.Context, tx *sql.Tx) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT content FROM body UNION ALL SELECT content FROM revision WHERE content IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	damaged := 0
	_, err = collect(rows, func(rows *sql.Rows) (none struct{}, err error) {
		var content []byte
		if err := rows.Scan(&content); err != nil {
			return none, err
		}
		if _, _, err := s.codec.unpack(content); err != nil {
			damaged++
		}
		return none, nil
	})
	if damaged > 0 {
		return []string{fmt.Sprintf("%d texts that cannot be unpacked", damaged)}, err
	}
	return nil, err
}

// checkArchive holds every archived document against its hash.
func (s *Store) checkArchive(ctx context.Context, tx *sql.Tx) ([]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT lower(hex(hash)), content FROM raw WHERE packed > 0 AND cited IN (0, 1)")
	if err != nil {
		return nil, err
	}
	damaged := 0
	_, err = collect(rows, func(rows *sql.Rows) (none struct{}, err error) {
		var hash string
		var content []byte
		if err := rows.Scan(&hash, &content); err != nil {
			return none, err
		}
		if _, err := s.codec.unpackRaw(content, hash); err != nil {
			damaged++
		}
		return none, nil
	})
	if damaged > 0 {
		return []string{fmt.Sprintf("%d archived documents are not what their hash says", damaged)}, err
	}
	return nil, err
}
