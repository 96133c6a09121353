package storage

import (
	"context"
	"database/sql"
	"fmt"

	"harmattan/news"
)

const subscriptionColumns = `source_id, hub, topic, callback, secret, status,
	asked_at, lease_until, renew_at, failures, last_error, pushed_at`

// Subscriptions returns what is remembered of pushes, by source id.
func (s *Store) Subscriptions(ctx context.Context) (map[string]news.Subscription, error) {
	var all []news.Subscription
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT "+subscriptionColumns+" FROM subscription")
		if err != nil {
			return err
		}
		all, err = collect(rows, scanSubscription)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("subscriptions: %w", err)
	}
	subscriptions := make(map[string]news.Subscription, len(all))
	for _, sub := range all {
		subscriptions[sub.SourceID] = sub
	}
	return subscriptions, nil
}

// SaveSubscription replaces what is remembered of a source's pushes.
func (t *Tx) SaveSubscription(ctx context.Context, sub news.Subscription) error {
	_, err := t.exec(ctx, "INSERT OR REPLACE INTO subscription ("+subscriptionColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		sub.SourceID, sub.Hub, sub.Topic, sub.Callback, sub.Secret, string(sub.Status),
		toMillis(sub.AskedAt), toMillis(sub.LeaseUntil), toMillis(sub.RenewAt),
		sub.Failures, sub.LastError, toMillis(sub.PushedAt))
	if err != nil {
		return fmt.Errorf("subscription of source %s: %w", sub.SourceID, err)
	}
	return nil
}

func scanSubscription(rows *sql.Rows) (sub news.Subscription, err error) {
	var askedAt, leaseUntil, renewAt, pushedAt int64
	err = rows.Scan(&sub.SourceID, &sub.Hub, &sub.Topic, &sub.Callback, &sub.Secret, &sub.Status,
		&askedAt, &leaseUntil, &renewAt, &sub.Failures, &sub.LastError, &pushedAt)
	sub.AskedAt, sub.LeaseUntil = fromMillis(askedAt), fromMillis(leaseUntil)
	sub.RenewAt, sub.PushedAt = fromMillis(renewAt), fromMillis(pushedAt)
	return sub, err
}
