import { equal, rejects } from "../../../assert.mjs";
import { checksInside, insideClass } from "../inside.mjs";

const inside = {
  async "a section begins when the turn is over"(ctx) {
    const log = [];
    const section = ctx.blockConcurrencyWhile(async () => {
      log.push("begins");
      await 1;
      log.push("ends");
      return 5;
    });
    log.push("after");
    await null;
    log.push("microtask");
    equal(await section, 5);
    equal(log, ["after", "microtask", "begins", "ends"]);
  },

  async "sections run one after another"(ctx) {
    const log = [];
    const section = (name, millis) => ctx.blockConcurrencyWhile(async () => {
      log.push(`${name}1`);
      await scheduler.wait(millis);
      log.push(`${name}2`);
    });
    await Promise.all([section("a", 5), section("b", 1)]);
    equal(log, ["a1", "a2", "b1", "b2"]);
  },

  async "sections nest"(ctx) {
    let depth = 0;
    const go = async () => {
      depth += 1;
      if (depth < 60) await ctx.blockConcurrencyWhile(go);
    };
    await ctx.blockConcurrencyWhile(go);
    equal(depth, 60);
  },

  async "arguments are checked"(ctx) {
    await rejects(
      ctx.blockConcurrencyWhile(5),
      "TypeError",
      "Failed to execute 'blockConcurrencyWhile' on 'DurableObjectState': parameter 1 is not of type 'function'.",
    );
    equal(await ctx.blockConcurrencyWhile(() => 5), 5);
  },

  async "what was begun outside waits"(ctx, env) {
    const log = [];
    const outside = env.OBJECTS.getByName("helper").fetch("http://object/?check=quick").then(() => log.push("answer"));
    await ctx.blockConcurrencyWhile(async () => {
      log.push("in");
      await scheduler.wait(20);
      log.push("out");
    });
    await outside;
    equal(log, ["in", "out", "answer"]);
  },

  "quick"() {},
};

export const Thing = insideClass(inside);
export default checksInside(inside);
