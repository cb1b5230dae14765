WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 25)
INSERT INTO articles (id, title, published_at) SELECT n, 'Article ' || n, 1700000000 + n / 2 FROM numbers;
