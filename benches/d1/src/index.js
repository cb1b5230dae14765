// Does an operation of D1 many times, in one lane or several, and says nothing about time: whoever asks measures.

const ROWS = 100_000;

export default {
  async fetch(request, { DB }) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/") return new Response("ready");
    if (pathname === "/fill") return await fill(DB);
    const operation = operations(DB)[pathname];
    const [count, lanes] = [Number(searchParams.get("count")), Number(searchParams.get("lanes"))];
    let left = count;
    const lane = async () => {
      while (left-- > 0) await operation(left);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return new Response("done");
  },
};

function operations(DB) {
  const select = DB.prepare("SELECT * FROM items WHERE id = ?");
  const insert = DB.prepare("INSERT INTO added (name, price) VALUES (?, ?)");
  const scan = DB.prepare("SELECT sum(price) AS total FROM items WHERE name LIKE '%7%'");
  const rows = DB.prepare("SELECT id, price FROM items");
  return {
    async "/select"(n) {
      const row = await select.bind((n * 7919) % ROWS).first();
      if (row === null) throw new Error("no such row");
    },
    async "/insert"(n) {
      await insert.bind(`item ${n}`, n / 4).run();
    },
    async "/batch"(n) {
      await DB.batch(Array.from({ length: 100 }, (_, row) => insert.bind(`item ${n}.${row}`, row)));
    },
    async "/scan"() {
      await scan.first();
    },
    async "/rows"() {
      const { results } = await rows.all();
      if (results.length !== ROWS) throw new Error(`${results.length} rows`);
    },
  };
}

async function fill(DB) {
  await DB.batch([
    DB.prepare("DROP TABLE IF EXISTS items"),
    DB.prepare("DROP TABLE IF EXISTS added"),
    DB.prepare("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL)"),
    DB.prepare("CREATE TABLE added (id INTEGER PRIMARY KEY, name TEXT, price REAL)"),
    DB.prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS - 1})
       INSERT INTO items SELECT n, 'item ' || n, n / 4.0 FROM numbers`,
    ),
  ]);
  return new Response("filled");
}
