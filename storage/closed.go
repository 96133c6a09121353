package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"harmattan/news"
)

// Closed is an edition that left the configuration.
type Closed struct {
	ID, Title, Language string
	At                  time.Time // when that was found
}

// NoteEditions notes the configured editions. now is when the ones that are
// missing for the first time are closed.
func (t *Tx) NoteEditions(ctx context.Context, editions []news.Edition, now time.Time) error {
	for _, e := range editions {
		_, err := t.exec(ctx, `INSERT INTO edition (id, title, language, private, closed_at) VALUES (?1, ?2, ?3, ?4, 0)
			ON CONFLICT DO UPDATE SET title = ?2, language = ?3, private = ?4, closed_at = 0
			WHERE (title, language, private, closed_at) IS NOT (?2, ?3, ?4, 0)`, // a start writes nothing that is there
			e.ID, e.Title, e.Language, e.Private)
		if err != nil {
			return fmt.Errorf("edition %s: %w", e.ID, err)
		}
	}
	_, err := t.exec(ctx, "UPDATE edition SET closed_at = ? WHERE closed_at = 0 AND id NOT IN (SELECT value FROM json_each(?))",
		toMillis(now), idsOf(editions))
	if err != nil {
		return fmt.Errorf("closed editions: %w", err)
	}
	return nil
}

// idsOf are the present and the former ids of editions, as JSON.
func idsOf(editions []news.Edition) string {
	var ids []string
	for _, e := range editions {
		ids = append(append(ids, e.ID), e.Formerly...)
	}
	return jsonStrings(ids)
}

// Closed returns the editions that NoteEditions noted once and that are configured
// no longer, but for private ones: of those nobody is to know.
func (s *Store) Closed(ctx context.Context, configured []news.Edition) ([]Closed, error) {
	var all []Closed
	err := s.pairs(ctx, `SELECT id, title, language, closed_at FROM edition
		WHERE closed_at > 0 AND private = 0 AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id`,
		func(rows *sql.Rows) error {
			var c Closed
			var at int64
			err := rows.Scan(&c.ID, &c.Title, &c.Language, &at)
			c.At = fromMillis(at)
			all = append(all, c)
			return err
		}, idsOf(configured))
	if err != nil {
		return nil, fmt.Errorf("closed editions: %w", err)
	}
	return all, nil
}

// RenameEditions gives an edition all that is stored of an edition that it says it
// was formerly, unless it has entries of its own already.
func (t *Tx) RenameEditions(ctx context.Context, editions []news.Edition) error {
	for _, e := range editions {
		for _, former := range slices.Backward(e.Formerly) {
			if err := t.renameEdition(ctx, former, e.ID); err != nil {
				return fmt.Errorf("edition %s, formerly %s: %w", e.ID, former, err)
			}
		}
	}
	return nil
}

func (t *Tx) renameEdition(ctx context.Context, former, id string) error {
	has := func(edition string) (bool, error) {
		var n int
		err := t.scan(ctx, "SELECT EXISTS (SELECT 1 FROM entry WHERE edition_id = ?1) OR EXISTS (SELECT 1 FROM digest WHERE edition_id = ?1)",
			[]any{edition}, &n)
		return n > 0, err
	}
	if had, err := has(former); err != nil || !had {
		return err
	}
	if taken, err := has(id); err != nil || taken {
		return err
	}
	for _, query := range []string{
		"UPDATE OR REPLACE membership SET edition_id = ? WHERE edition_id = ?",
		"UPDATE OR REPLACE entry SET edition_id = ? WHERE edition_id = ?",
		"UPDATE OR REPLACE document SET edition_id = ? WHERE edition_id = ?",
		"UPDATE OR REPLACE history SET edition_id = ? WHERE edition_id = ?",
		"UPDATE OR REPLACE digest SET edition_id = ? WHERE edition_id = ?",
		"UPDATE OR REPLACE token SET edition_id = ? WHERE edition_id = ?",
		"UPDATE health SET editions = replace(editions, json_quote(?2), json_quote(?1))",
	} {
		if _, err := t.exec(ctx, query, id, former); err != nil {
			return err
		}
	}
	return t.renameArranged(ctx, former, id)
}

// renameArranged notes that an edition's entries stand as they did under its
// former id.
func (t *Tx) renameArranged(ctx context.Context, former, id string) error {
	stored, err := t.Meta(ctx, arrangedAs)
	if err != nil || stored == "" {
		return err
	}
	manners := map[string]string{}
	if err := json.Unmarshal([]byte(stored), &manners); err != nil {
		return err
	}
	if manner, ok := manners[former]; ok {
		manners[id] = manner
	} else {
		manners[id] = editionRule{}.manner()
	}
	delete(manners, former)
	text, err := toJSON(manners)
	if err != nil {
		return err
	}
	return t.SetMeta(ctx, arrangedAs, text)
}
