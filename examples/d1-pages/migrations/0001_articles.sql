CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  published_at INTEGER NOT NULL
);
CREATE INDEX articles_by_date ON articles (published_at DESC, id DESC);
