package storage

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

const (
	// perKey bounds how many articles one key leads to: a key that very many
	// share tells little, and reading them all would cost more with every
	// article stored.
	perKey = 12
	// perArticle bounds how many sketches are read for one article.
	perArticle = 16
)

// Neighbours returns the sketches worth comparing with articles whose keys are
// wanted: for each, those of the articles that share most of its keys, of each
// key the newest stored ones alone. None is held; they were published at since or
// later and come in the order in which they were stored. What one article costs
// grows with the depth of an index, not with what is stored.
func (t *Tx) Neighbours(ctx context.Context, wanted [][]uint64, since time.Time) ([]news.Sketch, error) {
	near := map[int64]bool{}
	for _, keys := range wanted {
		if len(keys) == 0 {
			continue
		}
		nums, err := t.sharing(ctx, keys)
		if err != nil {
			return nil, fmt.Errorf("sketches: %w", err)
		}
		for _, num := range nums {
			near[num] = true
		}
	}
	if len(near) == 0 {
		return nil, nil
	}
	rows, err := t.query(ctx, `SELECT a.id, s.id, a.source_id, a.publisher, k.published, k.keys, k.data
		FROM json_each(?1) j CROSS JOIN sketch k ON k.article = j.value JOIN article a ON a.num = k.article JOIN story s ON s.num = a.story
		WHERE k.published >= ?2 AND a.held = 0`, jsonNumbers(slices.Sorted(maps.Keys(near))), toMillis(since))
	if err != nil {
		return nil, fmt.Errorf("sketches: %w", err)
	}
	sketches, err := collect(rows, func(rows *sql.Rows) (k news.Sketch, err error) {
		var published int64
		var packed []byte
		err = rows.Scan(&k.ArticleID, &k.StoryID, &k.SourceID, &k.Publisher, &published, &packed, &k.Data)
		k.Published, k.Keys = fromMillis(published), unpackWords(packed)
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("sketches: %w", err)
	}
	return sketches, nil
}

// sharing returns the articles that share most of the keys. The index is
// descended once for each key, and all that is found comes as one value.
func (t *Tx) sharing(ctx context.Context, keys []uint64) ([]int64, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	type holder struct{ num, shared int64 }
	var short []int64
	counts := map[int64]int64{}
	for _, key := range keys {
		short = append(short, shorten(key))
		newest := t.keys[shorten(key)]
		for _, num := range newest[max(0, len(newest)-perKey):] {
			counts[num]++
		}
	}
	slices.Sort(short) // neighbours in the index lie on one page
	var stored string
	err := t.scan(ctx, `SELECT coalesce(group_concat((SELECT group_concat(article) FROM
		(SELECT article FROM sketch_key WHERE key = j.value ORDER BY article DESC LIMIT ?2))), '') FROM json_each(?1) j`,
		[]any{jsonNumbers(slices.Compact(short)), perKey}, &stored)
	if err != nil {
		return nil, err
	}
	for field := range strings.SplitSeq(stored, ",") {
		if num, err := strconv.ParseInt(field, 10, 64); err == nil { // "" when there is none
			counts[num]++
		}
	}
	holders := make([]holder, 0, len(counts))
	for num, shared := range counts {
		holders = append(holders, holder{num, shared})
	}
	slices.SortFunc(holders, func(a, b holder) int { return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(b.num, a.num)) })
	var nums []int64
	for _, h := range holders[:min(len(holders), perArticle)] {
		nums = append(nums, h.num)
	}
	return nums, nil
}

const insertSketch = "INSERT OR REPLACE INTO sketch (article, published, keys, data)"

// saveSketch leaves the stored sketch of a known article alone when it brings
// none.
func (t *Tx) saveSketch(ctx context.Context, s *saving) error {
	if len(s.Sketch.Keys) == 0 && len(s.Sketch.Data) == 0 {
		return nil
	}
	err := errors.Join(t.flushKeys(ctx), t.dropSketchKeys(ctx, s.num))
	if err == nil {
		err = t.insertRows(ctx, insertSketch, 4, t.appendSketch(nil, s))
	}
	if err != nil {
		return fmt.Errorf("sketch: %w", err)
	}
	return nil
}

// appendSketch adds the values of a sketch, if there is one, and notes its keys.
func (t *Tx) appendSketch(values []any, s *saving) []any {
	k := &s.Sketch
	if len(k.Keys) == 0 && len(k.Data) == 0 {
		return values
	}
	for _, key := range k.Keys {
		t.keys[shorten(key)] = append(t.keys[shorten(key)], s.num)
	}
	return append(values, s.num, toMillis(s.Published.Time), packWords(k.Keys), notNil(k.Data))
}

// shorten keeps the 32 bits that are stored of a key: a rare false neighbour
// costs one comparison.
func shorten(key uint64) int64 { return int64(int32(key)) } //nolint:gosec // the low bits are meant

// flushKeys writes the sketch keys of a whole transaction in the order of the
// index: keys are random, and each one by itself would touch a page of its own.
func (t *Tx) flushKeys(ctx context.Context) error {
	var values []any
	for _, key := range slices.Sorted(maps.Keys(t.keys)) {
		for _, article := range t.keys[key] {
			values = append(values, key, article)
		}
	}
	clear(t.keys)
	if err := t.insertRows(ctx, "INSERT OR IGNORE INTO sketch_key (key, article)", 2, values); err != nil {
		return fmt.Errorf("sketch keys: %w", err)
	}
	return nil
}

func (t *Tx) dropSketchKeys(ctx context.Context, num int64) error {
	var packed []byte
	if err := t.scan(ctx, "SELECT max(keys) FROM sketch WHERE article = ?", []any{num}, &packed); err != nil {
		return err
	}
	for _, key := range unpackWords(packed) {
		if _, err := t.exec(ctx, "DELETE FROM sketch_key WHERE key = ? AND article = ?", shorten(key), num); err != nil {
			return err
		}
	}
	return nil
}

// packWords lays numbers side by side, 8 bytes each, little endian.
func packWords(words []uint64) []byte {
	packed := make([]byte, 0, 8*len(words))
	for _, word := range words {
		packed = binary.LittleEndian.AppendUint64(packed, word)
	}
	return packed
}

func unpackWords(packed []byte) []uint64 {
	if len(packed) < 8 {
		return nil
	}
	words := make([]uint64, len(packed)/8)
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(packed[8*i:])
	}
	return words
}

// notNil makes an empty blob of nil, which would be NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
