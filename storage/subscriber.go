package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Subscriber is who asked our hub for a document of an edition (WebSub).
type Subscriber struct {
	Topic, Callback string // addresses
	Secret          string // signs what is sent; empty for none
	LeaseUntil      time.Time
	Sent            string    // ETag of what was sent last
	NextAt          time.Time // when something may be sent again
	Failures        int       // in a row
}

// Subscribers returns all of them, by topic and callback.
func (s *Store) Subscribers(ctx context.Context) ([]Subscriber, error) {
	var all []Subscriber
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT topic, callback, secret, lease_until, sent, next_at, failures FROM subscriber ORDER BY topic, callback")
		if err != nil {
			return err
		}
		all, err = collect(rows, func(rows *sql.Rows) (b Subscriber, err error) {
			var lease, next int64
			err = rows.Scan(&b.Topic, &b.Callback, &b.Secret, &lease, &b.Sent, &next, &b.Failures)
			b.LeaseUntil, b.NextAt = fromMillis(lease), fromMillis(next)
			return b, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("subscribers: %w", err)
	}
	return all, nil
}

// SaveSubscriber replaces what is remembered of a subscriber to a topic.
func (t *Tx) SaveSubscriber(ctx context.Context, b Subscriber) error {
	_, err := t.exec(ctx, `INSERT OR REPLACE INTO subscriber (topic, callback, secret, lease_until, sent, next_at, failures)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, b.Topic, b.Callback, b.Secret, toMillis(b.LeaseUntil), b.Sent, toMillis(b.NextAt), b.Failures)
	if err != nil {
		return fmt.Errorf("subscriber of %s: %w", b.Topic, err)
	}
	return nil
}

// DropSubscriber forgets a subscriber to a topic.
func (t *Tx) DropSubscriber(ctx context.Context, b Subscriber) error {
	if _, err := t.exec(ctx, "DELETE FROM subscriber WHERE topic = ? AND callback = ?", b.Topic, b.Callback); err != nil {
		return fmt.Errorf("subscriber of %s: %w", b.Topic, err)
	}
	return nil
}
