package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"harmattan/news"
)

// States returns what is remembered of every source, by source id.
func (s *Store) States(ctx context.Context) (map[string]news.SourceState, error) {
	var states map[string]news.SourceState
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		states, err = selectStates(ctx, tx, "")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("source states: %w", err)
	}
	return states, nil
}

// SaveState replaces what is remembered of a source.
func (t *Tx) SaveState(ctx context.Context, state news.SourceState) error {
	recoveries, err := toJSON(state.Recoveries)
	if err != nil {
		return fmt.Errorf("state of source %s: %w", state.SourceID, err)
	}
	parts, err := packParts(state.Parts)
	if err != nil {
		return fmt.Errorf("state of source %s: %w", state.SourceID, err)
	}
	pace, err := toJSON(state.Pace)
	if err != nil {
		return fmt.Errorf("state of source %s: %w", state.SourceID, err)
	}
	_, err = t.exec(ctx, "INSERT OR REPLACE INTO source (id, "+stateColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		state.SourceID, string(state.Status), state.URL,
		state.ETag, state.LastModified, state.ValidatorsFor, toMillis(state.ValidatorsAt),
		state.BodyHash, packWords(state.ItemHashes),
		toMillis(state.ChangedAt), toMillis(state.HoldUntil), state.Failures, toMillis(state.FailingSince), state.LastError,
		state.MovedTo, state.MovedCount, toMillis(state.MovedSince),
		state.FeedID, state.FeedTitle, state.FeedLink, toMillis(state.FeedUpdated), state.FeedRights, state.FeedLanguage,
		state.FeedHint.Milliseconds(), state.BadIDs, recoveries, parts, pace)
	if err != nil {
		return fmt.Errorf("state of source %s: %w", state.SourceID, err)
	}
	return t.SaveVisits(ctx, []*news.SourceState{&state})
}

// SaveVisits replaces what the last visit changes of every state: CheckedAt,
// DueAt, DueReason and LastCode. It is all that there is to save of sources that
// brought nothing new.
func (t *Tx) SaveVisits(ctx context.Context, states []*news.SourceState) error {
	values := make([]any, 0, 5*len(states))
	for _, s := range states {
		values = append(values, s.SourceID, toMillis(s.CheckedAt), toMillis(s.DueAt), s.DueReason, s.LastCode)
	}
	if err := t.insertRows(ctx, "INSERT OR REPLACE INTO visit (id, "+visitColumns+")", 5, values); err != nil {
		return fmt.Errorf("visits of sources: %w", err)
	}
	return nil
}

const visitColumns = "checked_at, due_at, due_reason, last_code"

const stateColumns = `status, url, etag, last_modified, validators_for, validators_at, body_hash, item_hashes,
	changed_at, hold_until, failures, failing_since, last_error,
	moved_to, moved_count, moved_since, feed_id, feed_title, feed_link, feed_updated, feed_rights, feed_language,
	feed_hint, bad_ids, recoveries, parts, pace`

func selectStates(ctx context.Context, tx *sql.Tx, where string, args ...any) (map[string]news.SourceState, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, "+stateColumns+", "+visitColumns+" FROM source JOIN visit USING (id) "+where, args...)
	if err != nil {
		return nil, err
	}
	all, err := collect(rows, scanState)
	if err != nil {
		return nil, err
	}
	states := make(map[string]news.SourceState, len(all))
	for _, state := range all {
		states[state.SourceID] = state
	}
	return states, nil
}

func scanState(rows *sql.Rows) (state news.SourceState, err error) {
	var validatorsAt, checkedAt, changedAt, dueAt, holdUntil, failingSince, movedSince, feedUpdated, hint int64
	var hashes, recoveries, parts, pace []byte
	err = rows.Scan(&state.SourceID, &state.Status, &state.URL,
		&state.ETag, &state.LastModified, &state.ValidatorsFor, &validatorsAt, &state.BodyHash, &hashes,
		&changedAt, &holdUntil, &state.Failures, &failingSince, &state.LastError,
		&state.MovedTo, &state.MovedCount, &movedSince,
		&state.FeedID, &state.FeedTitle, &state.FeedLink, &feedUpdated, &state.FeedRights, &state.FeedLanguage,
		&hint, &state.BadIDs, &recoveries, &parts, &pace,
		&checkedAt, &dueAt, &state.DueReason, &state.LastCode)
	if err != nil {
		return state, err
	}
	state.ItemHashes = unpackWords(hashes)
	state.ValidatorsAt, state.CheckedAt, state.ChangedAt = fromMillis(validatorsAt), fromMillis(checkedAt), fromMillis(changedAt)
	state.DueAt, state.HoldUntil, state.FailingSince = fromMillis(dueAt), fromMillis(holdUntil), fromMillis(failingSince)
	state.MovedSince, state.FeedUpdated = fromMillis(movedSince), fromMillis(feedUpdated)
	state.FeedHint = time.Duration(hint) * time.Millisecond
	if err := json.Unmarshal(recoveries, &state.Recoveries); err != nil {
		return state, fmt.Errorf("recoveries of source %s: %w", state.SourceID, err)
	}
	if err := json.Unmarshal(pace, &state.Pace); err != nil {
		return state, fmt.Errorf("pace of source %s: %w", state.SourceID, err)
	}
	if state.Parts, err = unpackParts(parts); err != nil {
		return state, fmt.Errorf("parts of source %s: %w", state.SourceID, err)
	}
	return state, nil
}

// part repeats news.Part with the names used in the JSON.
type part struct {
	URL           string `json:"url"`
	ModifiedAt    string `json:"modified_at,omitempty"`
	ETag          string `json:"etag,omitempty"`
	LastModified  string `json:"last_modified,omitempty"`
	ValidatorsFor string `json:"validators_for,omitempty"`
	ValidatorsAt  int64  `json:"validators_at,omitempty"` // milliseconds
	BodyHash      string `json:"body_hash,omitempty"`
	Idle          bool   `json:"idle,omitempty"`
}

func packParts(from []news.Part) (string, error) {
	parts := make([]part, 0, len(from))
	for _, p := range from {
		parts = append(parts, part{p.URL, p.ModifiedAt, p.ETag, p.LastModified, p.ValidatorsFor, toMillis(p.ValidatorsAt), p.BodyHash, p.Idle})
	}
	return toJSON(parts)
}

func unpackParts(text []byte) ([]news.Part, error) {
	var parts []part
	if err := json.Unmarshal(text, &parts); err != nil {
		return nil, err
	}
	var all []news.Part
	for _, p := range parts {
		all = append(all, news.Part{URL: p.URL, ModifiedAt: p.ModifiedAt, ETag: p.ETag, LastModified: p.LastModified,
			ValidatorsFor: p.ValidatorsFor, ValidatorsAt: fromMillis(p.ValidatorsAt), BodyHash: p.BodyHash, Idle: p.Idle})
	}
	return all, nil
}
