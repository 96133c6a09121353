-- What opens private editions.
CREATE TABLE token (
  hash       BLOB PRIMARY KEY,     -- SHA-256 of the token, which is not stored
  edition_id TEXT NOT NULL,
  label      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL      -- 0: never
) STRICT, WITHOUT ROWID;

-- Every edition that the daemon has published.
CREATE TABLE edition (
  id        TEXT PRIMARY KEY,
  title     TEXT NOT NULL,
  language  TEXT NOT NULL,
  private   INTEGER NOT NULL,
  closed_at INTEGER NOT NULL       -- when it was found to have left the configuration; 0: it is there
) STRICT, WITHOUT ROWID;
