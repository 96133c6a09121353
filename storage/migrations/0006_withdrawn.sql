-- When an entry that was shown left its edition; 0 while it is shown, or when it
-- left before this was noted.
ALTER TABLE entry ADD COLUMN left_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entry_left ON entry (edition_id, left_at) WHERE left_at > 0;
