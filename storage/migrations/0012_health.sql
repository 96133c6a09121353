-- What became of sources and of the configuration, as health editions tell it.
CREATE TABLE health (
  num       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  subject   TEXT NOT NULL,         -- a source's id; empty: the configuration
  condition TEXT NOT NULL,         -- that which began
  at        INTEGER NOT NULL,
  title     TEXT NOT NULL,
  summary   TEXT NOT NULL,
  editions  TEXT NOT NULL          -- JSON: ids of the editions that the source fed
) STRICT;
CREATE INDEX health_subject ON health (subject, num);
