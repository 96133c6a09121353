-- An article that is held is in no edition. A row that was purged holds no more
-- than what an item is known by.
ALTER TABLE article ADD COLUMN held INTEGER NOT NULL DEFAULT 0; -- 1: quarantined, 2: dropped, 3: purged
CREATE INDEX article_held ON article (source_id) WHERE held = 1;
CREATE INDEX article_of_source ON article (source_id, first_seen);
CREATE INDEX article_text ON article (content_hash);

-- A source that flooded.
CREATE TABLE quarantine (
  source_id   TEXT PRIMARY KEY,
  signs       TEXT NOT NULL,       -- JSON: kind, evidence
  since       INTEGER NOT NULL,
  released_at INTEGER NOT NULL     -- 0: its articles wait
) STRICT, WITHOUT ROWID;

-- Editions that a command changed beside the daemon, which publishes them.
CREATE TABLE touched (
  edition_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
