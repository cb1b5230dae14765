import fromBareName from "util";
import module, { builtinModules, createRequire, isBuiltin } from "node:module";
import diagnostics from "node:diagnostics_channel";
import nodeConsole from "node:console";
import { PerformanceObserver, performance as hooked } from "node:perf_hooks";
import fromPackage from "./package.cjs";
import { checks, equal, ok, same, throws } from "../../assert.mjs";

export default checks({
  "with and without their prefix"() {
    equal(typeof fromBareName.inspect, "function");
    equal(fromPackage, { same: true, joined: "a/b", emitted: 4, text: "{ a: 1 }" });
  },
  async "by dynamic import"() {
    const name = "node:path";
    equal((await import(name)).join("a", "b"), "a/b");
    const unknown = "node:zork";
    equal(await import(unknown).catch((error) => error.message), 'No such module "node:zork".');
  },
  "by process.getBuiltinModule"() {
    same(process.getBuiltinModule("node:util"), fromBareName);
    same(process.getBuiltinModule("events"), process.getBuiltinModule("node:events"));
    equal([process.getBuiltinModule("zork"), process.getBuiltinModule("test")], [undefined, undefined]);
  },
  "by a require of one's own"() {
    const require = createRequire("/x/y.js");
    same(require("util"), fromBareName);
    throws(() => require("zork"), "Error", /^No such module "(x\/)?zork"\.$/);
    throws(() => createRequire("./x"), "TypeError", /must be a file URL object, a file URL string, or an absolute path string/);
    equal([isBuiltin("fs"), isBuiltin("node:test"), isBuiltin("test"), isBuiltin("wss"), builtinModules.includes("zlib"), typeof module], [true, true, false, false, true, "function"]);
    throws(() => module.register(), "Error", "The module.register method is not implemented");
  },
  "channels tell their subscribers"() {
    const channel = diagnostics.channel("suite");
    const said = [];
    const listener = (message, name) => said.push([message, name]);
    equal(channel.hasSubscribers, false);
    channel.subscribe(listener);
    channel.publish({ a: 1 });
    channel.unsubscribe(listener);
    channel.publish({ a: 2 });
    equal([said, channel.hasSubscribers], [[[{ a: 1 }, "suite"]], false]);
    same(diagnostics.channel("suite"), channel);
  },
  "the console is the global one"() {
    same(nodeConsole, console);
    throws(() => new nodeConsole.Console(), "TypeError", "Console expects a writable stream instance for stdout");
  },
  "performance is marked and measured"() {
    same(hooked, performance);
    new PerformanceObserver(() => {}).observe({ entryTypes: ["mark", "measure"] });
    equal(PerformanceObserver.supportedEntryTypes, ["measure", "mark"]);
    performance.mark("a", { detail: { x: 5 } });
    const measure = performance.measure("a to now", "a");
    equal([measure.name, measure.entryType, performance.getEntriesByName("a")[0].detail], ["a to now", "measure", { x: 5 }]);
    performance.clearMarks();
    equal(performance.getEntriesByType("mark").length, 0);
    ok(performance.timerify(() => 1)() === 1);
  },
});
