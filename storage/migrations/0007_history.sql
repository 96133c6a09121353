-- The archive documents of editions (RFC 5005), as they were written.
CREATE TABLE history (
  num        INTEGER PRIMARY KEY,
  edition_id TEXT NOT NULL,
  number     INTEGER NOT NULL,     -- in the edition, from 1
  content    BLOB NOT NULL,        -- Atom and JSON Feed, packed as in body
  changed_at INTEGER NOT NULL,     -- when it was written, or a withdrawn entry was cut out
  UNIQUE (edition_id, number)
) STRICT;

-- The archive document that holds the entry; 0: none yet.
ALTER TABLE entry ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entry_unarchived ON entry (edition_id, published) WHERE shown = 1 AND archived = 0;
CREATE INDEX entry_cut ON entry (edition_id) WHERE shown = 0 AND archived > 0;
