-- When each source was asked last and is asked next: what an answer changes that
-- brings nothing new, in rows of its own that are short.
CREATE TABLE visit (
  id         TEXT PRIMARY KEY,     -- of the source
  checked_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  due_reason TEXT NOT NULL,
  last_code  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO visit (id, checked_at, due_at, due_reason, last_code)
  SELECT id, checked_at, due_at, due_reason, last_code FROM source;

ALTER TABLE source DROP COLUMN checked_at;
ALTER TABLE source DROP COLUMN due_at;
ALTER TABLE source DROP COLUMN due_reason;
ALTER TABLE source DROP COLUMN last_code;
