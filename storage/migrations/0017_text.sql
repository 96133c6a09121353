-- A text is looked for among those of its source. By itself its hash is random,
-- and each batch of articles wrote nearly every page of this index.
DROP INDEX article_text;
CREATE INDEX article_text ON article (source_id, content_hash);
