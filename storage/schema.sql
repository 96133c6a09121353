-- Made from migrations/ by "go test ./storage -update"; not read by the program.

CREATE TABLE source (
  id             TEXT PRIMARY KEY,
  status         TEXT NOT NULL,
  url            TEXT NOT NULL,
  etag           TEXT NOT NULL,
  last_modified  TEXT NOT NULL,
  validators_for TEXT NOT NULL,
  validators_at  INTEGER NOT NULL,
  body_hash      TEXT NOT NULL,
  item_hashes    BLOB NOT NULL, -- 8 bytes each, little endian
  changed_at     INTEGER NOT NULL,
  hold_until     INTEGER NOT NULL,
  failures       INTEGER NOT NULL,
  failing_since  INTEGER NOT NULL,
  last_error     TEXT NOT NULL,
  moved_to       TEXT NOT NULL,
  moved_count    INTEGER NOT NULL,
  moved_since    INTEGER NOT NULL,
  feed_id        TEXT NOT NULL,
  feed_title     TEXT NOT NULL,
  feed_link      TEXT NOT NULL,
  feed_updated   INTEGER NOT NULL,
  feed_rights    TEXT NOT NULL,
  feed_language  TEXT NOT NULL,
  feed_hint      INTEGER NOT NULL, -- milliseconds
  bad_ids        INTEGER NOT NULL,
  recoveries     TEXT NOT NULL     -- JSON: kind to count
, parts TEXT NOT NULL DEFAULT '[]', pace TEXT NOT NULL DEFAULT '{}') STRICT, WITHOUT ROWID;

CREATE TABLE story (
  num INTEGER PRIMARY KEY,
  id  TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE article (
  num            INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  source_id      TEXT NOT NULL,
  key            TEXT NOT NULL,
  publisher      TEXT NOT NULL,
  link           TEXT NOT NULL,
  raw_link       TEXT,             -- NULL: the same as link
  title          TEXT NOT NULL,
  summary        TEXT NOT NULL,
  language       TEXT NOT NULL,
  language_from  TEXT NOT NULL,
  full_text      INTEGER NOT NULL,
  published      INTEGER NOT NULL,
  published_raw  TEXT NOT NULL,
  published_from TEXT NOT NULL,
  updated        INTEGER NOT NULL,
  updated_raw    TEXT NOT NULL,
  updated_from   TEXT NOT NULL,
  first_seen     INTEGER NOT NULL,
  modified_at    INTEGER NOT NULL,
  revision       INTEGER NOT NULL,
  content_hash   TEXT NOT NULL,
  body_hash      TEXT NOT NULL,
  story          INTEGER NOT NULL REFERENCES story (num),
  copy           INTEGER NOT NULL, -- 1: the same text as the article in story_why
  story_why      TEXT,             -- JSON; NULL for the first of a story
  details        TEXT,             -- JSON: authors, categories, image, rights, origin
  emptied        INTEGER NOT NULL  -- 1: retention took its text
, held INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE UNIQUE INDEX article_key ON article (source_id, key);

CREATE INDEX article_link ON article (link, source_id) WHERE link <> '';

CREATE INDEX article_seen ON article (first_seen) WHERE emptied = 0;

CREATE INDEX article_story ON article (story);

CREATE TABLE body (
  article INTEGER PRIMARY KEY REFERENCES article (num),
  content BLOB NOT NULL
) STRICT;

CREATE TABLE revision (
  article      INTEGER NOT NULL REFERENCES article (num),
  number       INTEGER NOT NULL,
  title        TEXT NOT NULL,
  summary      TEXT NOT NULL,
  content      BLOB,               -- as in body; NULL: no text
  content_hash TEXT NOT NULL,
  body_hash    TEXT NOT NULL,
  seen_at      INTEGER NOT NULL,
  PRIMARY KEY (article, number)
) STRICT;

CREATE TABLE concept (
  num   INTEGER PRIMARY KEY,
  kind  TEXT NOT NULL,
  id    TEXT NOT NULL,
  label TEXT NOT NULL,
  lat   REAL,
  lon   REAL,
  UNIQUE (kind, id)
) STRICT;

CREATE TABLE tag (
  article  INTEGER NOT NULL REFERENCES article (num),
  position INTEGER NOT NULL,
  concept  INTEGER NOT NULL REFERENCES concept (num),
  score    REAL NOT NULL,
  evidence TEXT,                   -- JSON: t term, f field, o offset, w weight, n note
  PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
  article    INTEGER NOT NULL REFERENCES article (num),
  edition_id TEXT NOT NULL,
  position   INTEGER NOT NULL,     -- in the order of the configuration
  entered_at INTEGER NOT NULL,
  left_at    INTEGER NOT NULL,     -- 0: still in
  score      REAL NOT NULL,
  reason     TEXT NOT NULL,
  PRIMARY KEY (article, edition_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sketch (
  article   INTEGER PRIMARY KEY REFERENCES article (num),
  published INTEGER NOT NULL,
  keys      BLOB NOT NULL,         -- 8 bytes each, little endian
  data      BLOB NOT NULL
) STRICT;

CREATE TABLE sketch_key (
  key     INTEGER NOT NULL,
  article INTEGER NOT NULL REFERENCES sketch (article),
  PRIMARY KEY (key, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
  edition_id TEXT PRIMARY KEY,
  hash       TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5 (
  folded, content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 0'
);

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

CREATE TABLE archive (
  packed INTEGER NOT NULL          -- bytes
) STRICT;

CREATE TABLE "entry" (
  edition_id TEXT NOT NULL,
  first      INTEGER NOT NULL REFERENCES article (num), -- its id is the entry's
  story      INTEGER NOT NULL REFERENCES story (num),
  article    INTEGER NOT NULL REFERENCES article (num), -- stands there now
  revision   INTEGER NOT NULL,     -- of article, as it was last counted
  published  INTEGER NOT NULL,     -- of first; never changes
  updated    INTEGER NOT NULL,     -- may be within an hour to come; 0: never
  shown      INTEGER NOT NULL, left_at INTEGER NOT NULL DEFAULT 0, archived INTEGER NOT NULL DEFAULT 0,     -- 0: left, or held back
  PRIMARY KEY (edition_id, first)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_newest ON entry (edition_id, published, first) WHERE shown = 1;

CREATE INDEX entry_story ON entry (story, edition_id);

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

CREATE INDEX entry_left ON entry (edition_id, left_at) WHERE left_at > 0;

CREATE TABLE history (
  num        INTEGER PRIMARY KEY,
  edition_id TEXT NOT NULL,
  number     INTEGER NOT NULL,     -- in the edition, from 1
  content    BLOB NOT NULL,        -- Atom and JSON Feed, packed as in body
  changed_at INTEGER NOT NULL,     -- when it was written, or a withdrawn entry was cut out
  UNIQUE (edition_id, number)
) STRICT;

CREATE INDEX entry_unarchived ON entry (edition_id, published) WHERE shown = 1 AND archived = 0;

CREATE INDEX entry_cut ON entry (edition_id) WHERE shown = 0 AND archived > 0;

CREATE INDEX article_source ON article (source_id, published);

CREATE INDEX article_held ON article (source_id) WHERE held = 1;

CREATE INDEX article_of_source ON article (source_id, first_seen);

CREATE TABLE quarantine (
  source_id   TEXT PRIMARY KEY,
  signs       TEXT NOT NULL,       -- JSON: kind, evidence
  since       INTEGER NOT NULL,
  released_at INTEGER NOT NULL     -- 0: its articles wait
) STRICT, WITHOUT ROWID;

CREATE TABLE touched (
  edition_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE burst (
  country TEXT NOT NULL,
  topic   TEXT NOT NULL,
  since   INTEGER NOT NULL,
  stories INTEGER NOT NULL,        -- of a day, as it was noticed
  usual   REAL NOT NULL,
  PRIMARY KEY (country, topic)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE token (
  hash       BLOB PRIMARY KEY,     -- SHA-256 of the token, which is not stored
  edition_id TEXT NOT NULL,
  label      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL      -- 0: never
) STRICT, WITHOUT ROWID;

CREATE TABLE edition (
  id        TEXT PRIMARY KEY,
  title     TEXT NOT NULL,
  language  TEXT NOT NULL,
  private   INTEGER NOT NULL,
  closed_at INTEGER NOT NULL       -- when it was found to have left the configuration; 0: it is there
) STRICT, WITHOUT ROWID;

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

CREATE TABLE manifest (
  day  TEXT PRIMARY KEY,           -- 2026-03-14, UTC
  text BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE visit (
  id         TEXT PRIMARY KEY,     -- of the source
  checked_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  due_reason TEXT NOT NULL,
  last_code  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX article_text ON article (source_id, content_hash);
