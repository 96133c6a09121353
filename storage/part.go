package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"harmattan/news"
)

// fill adds texts, tags and memberships with one query each.
func (s *Store) fill(ctx context.Context, tx *sql.Tx, records []record) error {
	if len(records) == 0 {
		return nil
	}
	at := make(map[int64]*news.Article, len(records))
	nums := make([]int64, len(records))
	for i := range records {
		at[records[i].num], nums[i] = &records[i].Article, records[i].num
	}
	list := jsonNumbers(nums)
	if err := s.fillTexts(ctx, tx, list, at); err != nil {
		return err
	}
	if err := fillTags(ctx, tx, list, at); err != nil {
		return err
	}
	return fillMemberships(ctx, tx, list, at)
}

func (s *Store) fillTexts(ctx context.Context, tx *sql.Tx, list string, at map[int64]*news.Article) error {
	return each(ctx, tx, `SELECT article, content FROM body WHERE article IN (SELECT value FROM json_each(?))`, list,
		func(rows *sql.Rows) error {
			var num int64
			var content []byte
			if err := rows.Scan(&num, &content); err != nil {
				return err
			}
			a := at[num]
			var err error
			if a.Text, a.HTML, err = s.codec.unpack(content); err != nil {
				return fmt.Errorf("article %s: %w", a.ID, err)
			}
			return nil
		})
}

func fillTags(ctx context.Context, tx *sql.Tx, list string, at map[int64]*news.Article) error {
	return each(ctx, tx, `SELECT t.article, c.kind, c.id, c.label, t.score, t.evidence, c.lat, c.lon
		FROM tag t JOIN concept c ON c.num = t.concept
		WHERE t.article IN (SELECT value FROM json_each(?)) ORDER BY t.article, t.position`, list,
		func(rows *sql.Rows) error {
			var num int64
			var tag news.Tag
			var evidence sql.NullString
			var lat, lon sql.NullFloat64
			if err := rows.Scan(&num, &tag.Kind, &tag.ID, &tag.Label, &tag.Score, &evidence, &lat, &lon); err != nil {
				return err
			}
			if lat.Valid {
				tag.Point = &news.Point{Lat: lat.Float64, Lon: lon.Float64}
			}
			if evidence.Valid {
				var err error
				if tag.Evidence, err = unpackEvidence(evidence.String); err != nil {
					return err
				}
			}
			at[num].Tags = append(at[num].Tags, tag)
			return nil
		})
}

func fillMemberships(ctx context.Context, tx *sql.Tx, list string, at map[int64]*news.Article) error {
	return each(ctx, tx, `SELECT article, edition_id, score, reason FROM membership
		WHERE article IN (SELECT value FROM json_each(?)) AND left_at = 0 ORDER BY article, position, edition_id`, list,
		func(rows *sql.Rows) error {
			var num int64
			var m news.Membership
			if err := rows.Scan(&num, &m.EditionID, &m.Score, &m.Reason); err != nil {
				return err
			}
			at[num].Editions = append(at[num].Editions, m)
			return nil
		})
}

func each(ctx context.Context, tx *sql.Tx, query, list string, do func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query, list)
	if err != nil {
		return err
	}
	_, err = collect(rows, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, do(rows) })
	return err
}

// evidence is news.Evidence with the names used in the JSON: short, because
// there are dozens in an article.
type evidence struct {
	Term   string  `json:"t"`
	Field  string  `json:"f"`
	Offset int     `json:"o,omitempty"`
	Weight float64 `json:"w"`
	Note   string  `json:"n,omitempty"`
}

func packEvidence(all []news.Evidence) (string, error) {
	if len(all) == 0 {
		return "", nil
	}
	short := make([]evidence, len(all))
	for i := range all {
		short[i] = evidence(all[i])
	}
	return toJSON(short)
}

func unpackEvidence(packed string) ([]news.Evidence, error) {
	var short []evidence
	if err := json.Unmarshal([]byte(packed), &short); err != nil {
		return nil, fmt.Errorf("evidence of a tag: %w", err)
	}
	all := make([]news.Evidence, len(short))
	for i := range short {
		all[i] = news.Evidence(short[i])
	}
	return all, nil
}
