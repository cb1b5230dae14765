import process, { env, nextTick } from "node:process";
import os from "node:os";
import { checks, equal, ok, rejects, same, throws } from "../../assert.mjs";

export default checks({
  "the global is the module"() {
    same(globalThis.process, process);
    same(global, globalThis);
    equal([process.version, process.versions.node, process.platform, process.arch, process.title, process.argv, process.pid], ["v22.23.4", "22.23.4", "linux", "x64", "workerd", ["workerd"], 1]);
    equal([process.cwd(), process.uptime(), process.umask(), process.getuid()], ["/bundle", 0, 18, 0]);
    equal(String(process), "[object process]");
  },
  "variables are in env, as text"() {
    same(env, process.env);
    equal([env.NAME, env.JSON, env.ZORK, "NAME" in env, Object.keys(env).includes("JSON")], ["suite", '{"a":1}', undefined, true, true]);
    env.COUNT = 5;
    env.NOTHING = undefined;
    equal([env.COUNT, env.NOTHING, delete env.COUNT, env.COUNT], ["5", "undefined", true, undefined]);
    throws(() => { env.S = Symbol(); }, "TypeError", "Cannot convert a symbol value to a string");
  },
  "time"() {
    const [seconds, nanos] = process.hrtime();
    ok(Number.isInteger(seconds) && Number.isInteger(nanos));
    equal([typeof process.hrtime.bigint(), process.hrtime([seconds, nanos]).length], ["bigint", 2]);
    throws(() => process.hrtime(5), "TypeError", 'The "time" argument must be tuple of integers. Received type number (5)');
  },
  async "it emits"() {
    const said = [];
    process.on("warning", (warning) => said.push([warning.name, warning.message]));
    process.emitWarning("careful", "Custom");
    await new Promise((resolve) => nextTick(resolve));
    await scheduler.wait(1);
    equal(said, [["Custom", "careful"]]);
    equal(process.listenerCount("warning"), 1);
    process.removeAllListeners("warning");
  },
  "what production lacks says so"() {
    throws(() => process.kill(1), "Error", "The process.kill method is not implemented");
    throws(() => process.binding("fs"), "Error", "The process.binding method is not implemented");
    throws(() => process.setuid(1), "Error", "operation not permitted");
    equal(process.memoryUsage(), { rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 });
  },
  "the system is the same for everybody"() {
    equal([os.EOL, os.platform(), os.type(), os.arch(), os.hostname(), os.tmpdir(), os.homedir(), os.cpus(), os.availableParallelism()], ["\n", "linux", "Linux", "x64", "localhost", "/tmp/", "/tmp/", [], 1]);
    equal([os.constants.signals.SIGINT, os.constants.errno.ENOENT, os.endianness(), os.totalmem()], [2, 2, "LE", 0]);
  },
  async "functions of the context"() {
    await rejects(async () => process.dlopen(), "Error", "The process.dlopen method is not implemented");
    equal(process.features.inspector, false);
  },
});
