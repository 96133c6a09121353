-- A link as its source gave it leads to the canonical one, which has an index.
DROP INDEX article_raw_link;
