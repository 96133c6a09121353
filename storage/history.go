package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"harmattan/news"
)

// Page is an archive document of an edition (RFC 5005 section 4) in its formats.
type Page struct {
	Number     int // in the edition, from 1
	Atom, JSON []byte
	ChangedAt  time.Time
}

// Unarchived returns the ids of the entries of an edition that no archive
// document holds, the oldest first, at most limit.
func (s *Store) Unarchived(ctx context.Context, editionID string, limit int, now time.Time) ([]string, error) {
	var ids []string
	err := s.read(ctx, func(tx *sql.Tx) error {
		shown, err := selectUnarchived(ctx, tx, editionID, limit, now)
		for i := range shown {
			ids = append(ids, shown[i].ID)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unarchived entries of edition %s: %w", editionID, err)
	}
	return ids, nil
}

// UnarchivedEntries are the entries of Unarchived as Entries gives them: the
// newest of them first.
func (s *Store) UnarchivedEntries(ctx context.Context, editionID string, limit int, now time.Time) ([]news.Entry, error) {
	var entries []news.Entry
	err := s.read(ctx, func(tx *sql.Tx) error {
		shown, err := selectUnarchived(ctx, tx, editionID, limit, now)
		if err != nil || len(shown) == 0 {
			return err
		}
		for i, j := 0, len(shown)-1; i < j; i, j = i+1, j-1 {
			shown[i], shown[j] = shown[j], shown[i]
		}
		entries, err = s.complete(ctx, tx, editionID, shown, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unarchived entries of edition %s: %w", editionID, err)
	}
	return entries, nil
}

func selectUnarchived(ctx context.Context, tx *sql.Tx, editionID string, limit int, now time.Time) ([]shownEntry, error) {
	rows, err := tx.QueryContext(ctx, `SELECT e.article, f.id, e.published, e.updated FROM entry e JOIN article f ON f.num = e.first
		WHERE e.edition_id = ? AND e.shown = 1 AND e.archived = 0 AND e.published <= ?
		ORDER BY e.published, f.id DESC LIMIT ?`, editionID, toMillis(now), limit)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (shownEntry, error) { return scanShown(rows, now) })
}

// SavePage stores an archive document and notes which entries it holds.
func (t *Tx) SavePage(ctx context.Context, editionID string, page Page, entryIDs []string) error {
	_, err := t.exec(ctx, `INSERT INTO history (edition_id, number, content, changed_at) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (edition_id, number) DO UPDATE SET content = ?3, changed_at = ?4`,
		editionID, page.Number, t.pack(string(page.Atom), string(page.JSON)), toMillis(page.ChangedAt))
	if err == nil {
		_, err = t.exec(ctx, `UPDATE entry SET archived = ? WHERE edition_id = ? AND first IN (
			SELECT num FROM article WHERE id IN (SELECT value FROM json_each(?)))`, page.Number, editionID, jsonStrings(entryIDs))
	}
	if err != nil {
		return fmt.Errorf("archive %d of edition %s: %w", page.Number, editionID, err)
	}
	return nil
}

// Page reads an archive document; the error is ErrNotFound when there is none.
func (s *Store) Page(ctx context.Context, editionID string, number int) (Page, error) {
	page := Page{Number: number}
	err := s.read(ctx, func(tx *sql.Tx) error {
		var content []byte
		var changedAt int64
		err := tx.QueryRowContext(ctx, "SELECT content, changed_at FROM history WHERE edition_id = ? AND number = ?",
			editionID, number).Scan(&content, &changedAt)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		atom, json, err := s.codec.unpack(content)
		page.Atom, page.JSON, page.ChangedAt = []byte(atom), []byte(json), fromMillis(changedAt)
		return err
	})
	if err != nil {
		return page, fmt.Errorf("archive %d of edition %s: %w", number, editionID, err)
	}
	return page, nil
}

// Pages tells when the archive documents of each edition last changed, by edition
// id; the first is number 1.
func (s *Store) Pages(ctx context.Context) (map[string][]time.Time, error) {
	pages := map[string][]time.Time{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT edition_id, changed_at FROM history WHERE number > 0 ORDER BY edition_id, number")
		if err != nil {
			return err
		}
		_, err = collect(rows, func(rows *sql.Rows) (none struct{}, err error) {
			var id string
			var changedAt int64
			err = rows.Scan(&id, &changedAt)
			pages[id] = append(pages[id], fromMillis(changedAt))
			return none, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("archives of editions: %w", err)
	}
	return pages, nil
}

// Lost is an entry that left an edition while an archive document holds it.
type Lost struct {
	ID     string
	Number int // of the archive document
	LeftAt time.Time
}

// Lost returns the entries that are to be cut out of the archive documents of an
// edition, in the order of those.
func (s *Store) Lost(ctx context.Context, editionID string) ([]Lost, error) {
	var lost []Lost
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT f.id, e.archived, e.left_at FROM entry e JOIN article f ON f.num = e.first
			WHERE e.edition_id = ? AND e.shown = 0 AND e.archived > 0 ORDER BY e.archived, f.id`, editionID)
		if err != nil {
			return err
		}
		lost, err = collect(rows, func(rows *sql.Rows) (l Lost, err error) {
			var leftAt int64
			err = rows.Scan(&l.ID, &l.Number, &leftAt)
			l.LeftAt = fromMillis(leftAt)
			return l, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("withdrawn entries in the archives of edition %s: %w", editionID, err)
	}
	return lost, nil
}

// SaveCut replaces an archive document by one without the entries given: they
// are in none any more.
func (t *Tx) SaveCut(ctx context.Context, editionID string, page Page, entryIDs []string) error {
	if err := t.SavePage(ctx, editionID, page, nil); err != nil {
		return err
	}
	_, err := t.exec(ctx, `UPDATE entry SET archived = 0 WHERE edition_id = ? AND first IN (
		SELECT num FROM article WHERE id IN (SELECT value FROM json_each(?)))`, editionID, jsonStrings(entryIDs))
	if err != nil {
		return fmt.Errorf("archive %d of edition %s: %w", page.Number, editionID, err)
	}
	return nil
}
