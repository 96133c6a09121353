package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"harmattan/news"
)

// leastBaseline is how long articles must have been stored to tell what is usual.
const leastBaseline = 7 * 24 * time.Hour

// Rates returns how many stories were told in the 24 hours before now of each
// topic in each country, and how many a day in the four weeks before, where
// there were two at least; none while less than a week is known. Stories told
// by several outlets count once, articles that are held do not.
func (s *Store) Rates(ctx context.Context, now time.Time) ([]news.Rate, error) {
	var rates []news.Rate
	err := s.read(ctx, func(tx *sql.Tx) error {
		today, from := now.Add(-24*time.Hour), now.Add(-24*time.Hour-habitSpan)
		var oldest int64
		err := tx.QueryRowContext(ctx, "SELECT coalesce(min(first_seen), 0) FROM article WHERE emptied = 0 AND first_seen >= ?", toMillis(from)).Scan(&oldest)
		if err != nil || oldest == 0 || today.Sub(fromMillis(oldest)) < leastBaseline {
			return err
		}
		days := today.Sub(fromMillis(oldest)).Hours() / 24
		rows, err := tx.QueryContext(ctx, `SELECT c.id, t.id, count(DISTINCT iif(a.published > ?2, a.story, NULL)) AS today,
			count(DISTINCT iif(a.published <= ?2, a.story, NULL))
			FROM article a JOIN tag x ON x.article = a.num JOIN concept c ON c.num = x.concept AND c.kind = 'country'
			JOIN tag y ON y.article = a.num JOIN concept t ON t.num = y.concept AND t.kind = 'topic'
			WHERE a.first_seen >= ?1 AND a.emptied = 0 AND a.held = 0 AND a.published > ?1 AND a.published <= ?3
			GROUP BY c.id, t.id HAVING today >= 2 ORDER BY c.id, t.id`, toMillis(from), toMillis(today), toMillis(now))
		if err != nil {
			return err
		}
		rates, err = collect(rows, func(rows *sql.Rows) (r news.Rate, err error) {
			var before int
			err = rows.Scan(&r.Country, &r.Topic, &r.Today, &before)
			r.Usual = float64(before) / days
			return r, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rates of stories: %w", err)
	}
	return rates, nil
}

// Bursts returns the bursts that were saved last, by country and topic.
func (s *Store) Bursts(ctx context.Context) ([]news.Burst, error) {
	var bursts []news.Burst
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT country, topic, since, stories, usual FROM burst ORDER BY country, topic")
		if err != nil {
			return err
		}
		bursts, err = collect(rows, func(rows *sql.Rows) (b news.Burst, err error) {
			var since int64
			err = rows.Scan(&b.Country, &b.Topic, &since, &b.Stories, &b.Usual)
			b.Since = fromMillis(since)
			return b, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bursts: %w", err)
	}
	return bursts, nil
}

// SaveBursts replaces the bursts.
func (t *Tx) SaveBursts(ctx context.Context, bursts []news.Burst) error {
	_, err := t.exec(ctx, "DELETE FROM burst")
	for _, b := range bursts {
		if err == nil {
			_, err = t.exec(ctx, "INSERT INTO burst (country, topic, since, stories, usual) VALUES (?, ?, ?, ?, ?)",
				b.Country, b.Topic, toMillis(b.Since), b.Stories, b.Usual)
		}
	}
	if err != nil {
		return fmt.Errorf("bursts: %w", err)
	}
	return nil
}
