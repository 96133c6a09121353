-- Who is to be told at once of what an edition says (WebSub).
CREATE TABLE subscriber (
  topic       TEXT NOT NULL,       -- address of the document
  callback    TEXT NOT NULL,
  secret      TEXT NOT NULL,       -- signs what is sent; may be empty
  lease_until INTEGER NOT NULL,
  sent        TEXT NOT NULL,       -- ETag of what was sent last
  next_at     INTEGER NOT NULL,    -- when it may be sent something again
  failures    INTEGER NOT NULL,    -- in a row
  PRIMARY KEY (topic, callback)
) STRICT, WITHOUT ROWID;
