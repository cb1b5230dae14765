import { checks, equal, ok, throws } from "../../../assert.mjs";

const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

export default checks({
  async "it has none before it has asked"({ DB }) {
    for (const start of [undefined, null, "", " ", "first-unconstrained", "first-primary", " first-primary "]) {
      const session = DB.withSession(start);
      equal(session.getBookmark(), null);
      await session.prepare("SELECT 1").all();
      ok(BOOKMARK.test(session.getBookmark()), session.getBookmark());
    }
  },
  async "bookmarks grow with writes"({ DB }) {
    const session = DB.withSession("first-primary");
    await session.prepare("CREATE TABLE t (a)").run();
    const before = session.getBookmark();
    await session.batch([session.prepare("INSERT INTO t VALUES (1)"), session.prepare("INSERT INTO t VALUES (2)")]);
    const after = session.getBookmark();
    ok(before < after, `${before} ${after}`);
    equal(await session.prepare("SELECT count(*) AS n FROM t").first("n"), 2);
    const next = DB.withSession(before);
    equal(next.getBookmark(), before);
    equal(await next.prepare("SELECT count(*) AS n FROM t").first("n"), 2);
    ok(next.getBookmark() >= after);
  },
  async "any text is taken for a bookmark"({ DB }) {
    const session = DB.withSession("garbage");
    equal(session.getBookmark(), "garbage");
    await session.prepare("SELECT 1").all();
    equal(session.getBookmark(), "garbage");
    throws(() => DB.withSession(5), "TypeError", "constraintOrBookmark?.trim is not a function");
  },
  async "it has neither exec nor dump"({ DB }) {
    const session = DB.withSession();
    equal([typeof session.exec, typeof session.dump, typeof session.prepare], ["undefined", "undefined", "function"]);
    equal(session.constructor.name, "D1DatabaseSession");
  },
});
