package storage

import (
	"context"
	"database/sql"
	"fmt"

	"harmattan/news"
)

// Revisions returns the earlier states of an article, oldest first; none when
// its text never changed or the article is not known.
func (s *Store) Revisions(ctx context.Context, articleID string) ([]news.Revision, error) {
	var revisions []news.Revision
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT r.number, r.title, r.summary, r.content, r.content_hash, r.body_hash, r.seen_at
			FROM article a JOIN revision r ON r.article = a.num WHERE a.id = ? ORDER BY r.number`, articleID)
		if err != nil {
			return err
		}
		revisions, err = collect(rows, func(rows *sql.Rows) (news.Revision, error) {
			r := news.Revision{ArticleID: articleID}
			var content []byte
			var seenAt int64
			err := rows.Scan(&r.Number, &r.Title, &r.Summary, &content, &r.ContentHash, &r.BodyHash, &seenAt)
			if err != nil {
				return r, err
			}
			r.SeenAt = fromMillis(seenAt)
			r.Text, _, err = s.codec.unpack(content)
			return r, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("revisions of %s: %w", articleID, err)
	}
	return revisions, nil
}

// boundRevisions lets the oldest states between the first and the last go
// beyond the number that is kept.
func (t *Tx) boundRevisions(ctx context.Context, num int64) error {
	if t.arrangement.revisions == 0 {
		return nil
	}
	_, err := t.exec(ctx, `DELETE FROM revision WHERE article = ?1 AND number IN (
		SELECT number FROM revision WHERE article = ?1 AND number > (SELECT min(number) FROM revision WHERE article = ?1)
		ORDER BY number DESC LIMIT -1 OFFSET ?2)`, num, t.arrangement.revisions-1)
	return err
}
