-- An entry has an id and a date of its own, which outlive the article that gave
-- them. A row that is no longer shown stays, so that what comes back is the same
-- entry.
CREATE TABLE entry_next (
  edition_id TEXT NOT NULL,
  first      INTEGER NOT NULL REFERENCES article (num), -- its id is the entry's
  story      INTEGER NOT NULL REFERENCES story (num),
  article    INTEGER NOT NULL REFERENCES article (num), -- stands there now
  revision   INTEGER NOT NULL,     -- of article, as it was last counted
  published  INTEGER NOT NULL,     -- of first; never changes
  updated    INTEGER NOT NULL,     -- may be within an hour to come; 0: never
  shown      INTEGER NOT NULL,     -- 0: left, or held back
  PRIMARY KEY (edition_id, first)
) STRICT, WITHOUT ROWID;
INSERT INTO entry_next SELECT e.edition_id, e.article, e.story, e.article, a.revision, e.published,
  iif(a.revision > 0, a.modified_at, 0), 1 FROM entry e JOIN article a ON a.num = e.article;
DROP TABLE entry;
ALTER TABLE entry_next RENAME TO entry;
CREATE INDEX entry_newest ON entry (edition_id, published, first) WHERE shown = 1;
CREATE INDEX entry_story ON entry (story, edition_id);
