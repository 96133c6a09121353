package storage_test

import (
	"context"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func TestASubscriptionComesBackAsItWasSaved(t *testing.T) {
	s := openStore(t)
	want := news.Subscription{SourceID: "sahel", Hub: "https://hub.example/", Topic: "https://sahel.example/rss", Callback: "c", Secret: "s",
		Status: news.SubscriptionPending, AskedAt: noon.Truncate(time.Millisecond), RenewAt: noon.Add(time.Hour).Truncate(time.Millisecond), Failures: 2, LastError: "status 500"}
	write(t, s, func(tx *storage.Tx) error { return tx.SaveSubscription(context.Background(), want) })
	want.Status, want.LeaseUntil, want.PushedAt = news.SubscriptionActive, want.RenewAt.Add(time.Hour), want.AskedAt
	write(t, s, func(tx *storage.Tx) error { return tx.SaveSubscription(context.Background(), want) })
	all, err := s.Subscriptions(context.Background())
	if err != nil || len(all) != 1 || all["sahel"] != want {
		t.Errorf("got %+v, %v; want %+v", all, err, want)
	}
}
