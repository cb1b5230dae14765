import { checks, equal, throws } from "../../../assert.mjs";

const methods = (object) => Object.getOwnPropertyNames(Object.getPrototypeOf(object));

export default checks({
  async "it has production's classes and methods"({ DB }) {
    equal(DB.constructor.name, "D1Database");
    equal(methods(DB), ["constructor", "prepare", "batch", "exec", "withSession", "dump"]);
    const statement = DB.prepare("SELECT 1");
    equal(statement.constructor.name, "D1PreparedStatement");
    equal(methods(statement), ["constructor", "bind", "first", "run", "all", "raw"]);
    equal(Object.keys(statement), ["dbSession", "statement", "params"]);
    for (const name of ["D1Database", "D1PreparedStatement", "D1DatabaseSession"]) {
      equal(typeof globalThis[name], "undefined");
    }
  },
  async "it cannot be cloned"({ DB }) {
    throws(() => structuredClone(DB), "DataCloneError");
  },
  async "it is the same for every request"(env) {
    globalThis.seen ??= env.DB;
    equal(globalThis.seen === env.DB, true);
  },
});
