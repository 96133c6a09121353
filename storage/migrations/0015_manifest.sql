-- What the editions said on a day, signed.
CREATE TABLE manifest (
  day  TEXT PRIMARY KEY,           -- 2026-03-14, UTC
  text BLOB NOT NULL
) STRICT, WITHOUT ROWID;
