-- What was received, as it was received. The content of a row is let go when the
-- archive is full or the row is old; a row that an article cites stays all the
-- same, to tell what its hash stands for.
CREATE TABLE raw (
  num         INTEGER PRIMARY KEY, -- in the order of receipt
  source_id   TEXT NOT NULL,
  hash        BLOB NOT NULL,       -- SHA-256 of the document
  url         TEXT NOT NULL,
  final_url   TEXT,                -- NULL: the same as url
  status      INTEGER NOT NULL,
  header      TEXT,                -- JSON: field to values; NULL: let go with content
  received_at INTEGER NOT NULL,
  size        INTEGER NOT NULL,    -- bytes of the document
  packed      INTEGER NOT NULL,    -- bytes of content; 0: let go
  cited       INTEGER NOT NULL,    -- 1: an article or an earlier state of one came with it
  content     BLOB                 -- zstd frame; NULL: let go
) STRICT;
CREATE UNIQUE INDEX raw_hash ON raw (hash, source_id);
CREATE INDEX raw_ring ON raw (cited, received_at) WHERE packed > 0;

-- One row: what the contents of raw take.
CREATE TABLE archive (
  packed INTEGER NOT NULL          -- bytes
) STRICT;
INSERT INTO archive (packed) VALUES (0);
