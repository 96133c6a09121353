-- When looking makes sense: freshness, skipped hours, rhythm, hub.
ALTER TABLE source ADD COLUMN pace TEXT NOT NULL DEFAULT '{}'; -- JSON

-- What a hub pushes to us (WebSub).
CREATE TABLE subscription (
  source_id   TEXT PRIMARY KEY,
  hub         TEXT NOT NULL,
  topic       TEXT NOT NULL,
  callback    TEXT NOT NULL,       -- last part of the address that the hub calls
  secret      TEXT NOT NULL,       -- signs what the hub sends
  status      TEXT NOT NULL,       -- pending, active or denied
  asked_at    INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  renew_at    INTEGER NOT NULL,    -- 0: never
  failures    INTEGER NOT NULL,
  last_error  TEXT NOT NULL,
  pushed_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
