-- Topics in countries of which far more is told than usual.
CREATE TABLE burst (
  country TEXT NOT NULL,
  topic   TEXT NOT NULL,
  since   INTEGER NOT NULL,
  stories INTEGER NOT NULL,        -- of a day, as it was noticed
  usual   REAL NOT NULL,
  PRIMARY KEY (country, topic)
) STRICT, WITHOUT ROWID;
