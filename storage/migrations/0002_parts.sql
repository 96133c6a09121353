-- A source may be an index of several documents: each has validators of its own.
ALTER TABLE source ADD COLUMN parts TEXT NOT NULL DEFAULT '[]'; -- JSON: url, modified_at, validators, body_hash
