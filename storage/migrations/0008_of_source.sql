-- The newest articles of one source, and how often it publishes.
CREATE INDEX article_source ON article (source_id, published);
