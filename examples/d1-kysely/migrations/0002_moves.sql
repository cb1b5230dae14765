CREATE TABLE moves (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
  amount INTEGER NOT NULL
);
CREATE INDEX moves_by_item ON moves (item_id);
