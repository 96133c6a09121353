-- The issues of digest editions. A row without id stands for a period without
-- news, so that it is not looked at again.
CREATE TABLE digest (
  edition_id TEXT NOT NULL,
  until      INTEGER NOT NULL,
  since      INTEGER NOT NULL,
  issued_at  INTEGER NOT NULL,
  id         TEXT,                 -- NULL: nothing to tell
  title      TEXT NOT NULL,
  summary    TEXT NOT NULL,
  html       TEXT NOT NULL,
  countries  TEXT NOT NULL,        -- JSON: id, label
  PRIMARY KEY (edition_id, until)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX digest_id ON digest (id) WHERE id IS NOT NULL;
