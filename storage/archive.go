package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"

	"harmattan/news"
)

// SaveRaw puts a response into the archive. Cited says that an article or a
// new state of one came with it: such documents are kept longer. Bytes that
// the source sent before are not stored again, and a document of more than
// 64 MiB is not stored at all.
func (t *Tx) SaveRaw(ctx context.Context, raw news.Raw, cited bool) error {
	if err := t.saveRaw(ctx, raw, cited); err != nil {
		return fmt.Errorf("source %s: document %s: %w", raw.SourceID, raw.Hash, err)
	}
	return nil
}

func (t *Tx) saveRaw(ctx context.Context, raw news.Raw, cited bool) error {
	hash, err := hex.DecodeString(raw.Hash)
	if err != nil || len(raw.Body) == 0 && len(raw.Gzip) == 0 {
		return errors.Join(errors.New("has no bytes or no hash to be kept by"), err)
	}
	if raw.Size > maxBody {
		return nil
	}
	var before int
	err = t.scan(ctx, "SELECT coalesce(max(packed), 0) FROM raw WHERE hash = ? AND source_id = ?", []any{hash, raw.SourceID}, &before)
	if err != nil {
		return err
	}
	if before > 0 {
		_, err := t.exec(ctx, "UPDATE raw SET cited = 1 WHERE hash = ? AND source_id = ? AND cited < ?", hash, raw.SourceID, cited)
		return err
	}
	header, err := toJSON(raw.Header)
	if err != nil {
		return err
	}
	var final any
	if raw.FinalURL != raw.URL {
		final = raw.FinalURL
	}
	packed := raw.Gzip
	if packed == nil {
		t.packed = t.codec.encoder.EncodeAll(raw.Body, t.packed[:0])
		packed = t.packed
	}
	_, err = t.exec(ctx, `INSERT INTO raw (source_id, hash, url, final_url, status, header, received_at, size, packed, cited, content)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
		SET header = excluded.header, packed = excluded.packed, cited = max(cited, excluded.cited), content = excluded.content`,
		raw.SourceID, hash, raw.URL, final, raw.Status, header, toMillis(raw.ReceivedAt), raw.Size, len(packed), cited, packed)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "UPDATE archive SET packed = packed + ?", len(packed))
	return err
}

// trimBatch bounds how many documents one TrimArchive lets go.
const trimBatch = 64

// TrimArchive lets documents go that are beyond the bounds at now, the oldest
// first and those that no article cites before the others. It returns how many
// went: few at a time, so that no writer waits; none when all is within bounds.
func (t *Tx) TrimArchive(ctx context.Context, o ArchiveOptions, now time.Time) (int, error) {
	gone, err := t.trimOld(ctx, o, now)
	if err == nil {
		var more int
		more, err = t.trimLarge(ctx, o, trimBatch-gone)
		gone += more
	}
	if err != nil {
		return gone, fmt.Errorf("archive: %w", err)
	}
	return gone, nil
}

// TrimArchive does what that of Tx does until all is within bounds, and gives
// the room back to the disk.
func (s *Store) TrimArchive(ctx context.Context, o ArchiveOptions, now time.Time) (int, error) {
	gone, err := s.repeat(ctx, func(t *Tx) (int, error) { return t.TrimArchive(ctx, o, now) })
	if err != nil || gone == 0 {
		return gone, err
	}
	_, err = s.writer.ExecContext(ctx, "PRAGMA incremental_vacuum")
	return gone, s.explain(err)
}

func (t *Tx) trimOld(ctx context.Context, o ArchiveOptions, now time.Time) (int, error) {
	gone := 0
	for cited, keep := range []time.Duration{o.Keep.Duration, o.KeepCited.Duration} {
		nums, err := t.nums(ctx, "SELECT num FROM raw WHERE packed > 0 AND cited = ? AND received_at < ? ORDER BY received_at LIMIT ?",
			cited, toMillis(now.Add(-keep)), trimBatch-gone)
		if err != nil {
			return gone, err
		}
		for _, num := range nums {
			if _, err := t.letGo(ctx, num); err != nil {
				return gone, err
			}
			gone++
		}
	}
	return gone, nil
}

func (t *Tx) trimLarge(ctx context.Context, o ArchiveOptions, most int) (int, error) {
	var packed int64
	if err := t.scan(ctx, "SELECT packed FROM archive LIMIT 1", nil, &packed); err != nil || packed <= o.MaxBytes {
		return 0, err
	}
	nums, err := t.nums(ctx, "SELECT num FROM raw WHERE packed > 0 AND cited IN (0, 1) ORDER BY cited, received_at LIMIT ?", most)
	if err != nil {
		return 0, err
	}
	for gone, num := range nums {
		if packed <= o.MaxBytes {
			return gone, nil
		}
		freed, err := t.letGo(ctx, num)
		if err != nil {
			return gone, err
		}
		packed -= freed
	}
	return len(nums), nil
}

// letGo takes a document out of the archive and returns the bytes that it
// took. What an article cites leaves its hash, addresses and time behind.
func (t *Tx) letGo(ctx context.Context, num int64) (packed int64, err error) {
	var cited bool
	if err := t.scan(ctx, "SELECT packed, cited FROM raw WHERE num = ?", []any{num}, &packed, &cited); err != nil {
		return 0, err
	}
	query := "DELETE FROM raw WHERE num = ?"
	if cited {
		query = "UPDATE raw SET packed = 0, header = NULL, content = NULL WHERE num = ?"
	}
	if _, err := t.exec(ctx, query, num); err != nil {
		return 0, err
	}
	_, err = t.exec(ctx, "UPDATE archive SET packed = packed - ?", packed)
	return packed, err
}

// Raw returns a response from the archive by the SHA-256 of its document, in
// hex. Of several sources that sent these bytes it is that of sourceID, if it is
// among them. The document was let go when Body is nil; the error is
// ErrNotFound when nothing is known of it, and ErrDamaged when its bytes are no
// longer those that were received.
func (s *Store) Raw(ctx context.Context, sourceID, hash string) (news.Raw, error) {
	sum, err := hex.DecodeString(hash)
	if err != nil || len(sum) != 32 {
		return news.Raw{}, fmt.Errorf("%q is not a SHA-256 of 64 hexadecimal digits: %w", hash, ErrNotFound)
	}
	found, err := s.raws(ctx, "WHERE r.hash = ? ORDER BY r.packed = 0, r.source_id <> ?, r.num LIMIT 1", sum, sourceID)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return news.Raw{}, fmt.Errorf("document %s: %w", hash, err)
	}
	return found[0], nil
}

// EachRaw hands over the responses in the archive whose document was received
// at since or later, in the order of receipt and one at a time; those of one
// source alone when sourceID is not empty. It ends with the first error of do.
func (s *Store) EachRaw(ctx context.Context, sourceID string, since time.Time, do func(news.Raw) error) error {
	var nums []int64
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT num FROM raw WHERE packed > 0 AND cited IN (0, 1) AND received_at >= ?1
			AND (?2 = '' OR source_id = ?2) ORDER BY num`, toMillis(since), sourceID)
		if err != nil {
			return err
		}
		nums, err = collect(rows, func(rows *sql.Rows) (num int64, err error) { return num, rows.Scan(&num) })
		return err
	})
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	for _, num := range nums {
		found, err := s.raws(ctx, "WHERE r.num = ? AND r.packed > 0", num)
		if err != nil {
			return fmt.Errorf("archive: %w", err)
		}
		for _, raw := range found { // none when it was let go meanwhile
			if err := do(raw); err != nil {
				return err
			}
		}
	}
	return nil
}

const selectRaw = `SELECT r.source_id, lower(hex(r.hash)), r.url, coalesce(r.final_url, r.url), r.status, coalesce(r.header, 'null'),
	r.received_at, r.size, r.content FROM raw r `

func (s *Store) raws(ctx context.Context, where string, args ...any) (found []news.Raw, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectRaw+where, args...)
		if err != nil {
			return err
		}
		found, err = collect(rows, s.scanRaw)
		return err
	})
	return found, err
}

func (s *Store) scanRaw(rows *sql.Rows) (raw news.Raw, err error) {
	var header string
	var content []byte
	var receivedAt int64
	err = rows.Scan(&raw.SourceID, &raw.Hash, &raw.URL, &raw.FinalURL, &raw.Status, &header, &receivedAt, &raw.Size, &content)
	if err != nil {
		return raw, err
	}
	raw.ReceivedAt = fromMillis(receivedAt)
	if err := json.Unmarshal([]byte(header), &raw.Header); err != nil {
		return raw, fmt.Errorf("header of document %s: %w", raw.Hash, err)
	}
	if content == nil {
		return raw, nil
	}
	raw.Body, err = s.codec.unpackRaw(content, raw.Hash)
	return raw, err
}

// unpackRaw gives back the bytes that have the given SHA-256, out of a frame of
// zstd or of what a server packed with gzip.
func (c codec) unpackRaw(packed []byte, hash string) (body []byte, err error) {
	if z, notGzip := gzip.NewReader(bytes.NewReader(packed)); notGzip == nil {
		body, err = io.ReadAll(io.LimitReader(z, maxBody))
	} else {
		body, err = c.decoder.DecodeAll(packed, nil)
	}
	if sum := sha256.Sum256(body); err == nil && hex.EncodeToString(sum[:]) != hash {
		err = errors.New("its bytes have another SHA-256")
	}
	if err != nil {
		return nil, fmt.Errorf("archived document %s: %w", hash, errors.Join(ErrDamaged, err))
	}
	return body, nil
}
