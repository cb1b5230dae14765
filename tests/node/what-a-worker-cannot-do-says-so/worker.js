import childProcess from "node:child_process";
import cluster from "node:cluster";
import http2 from "node:http2";
import inspector from "node:inspector";
import repl from "node:repl";
import sqlite from "node:sqlite";
import tty from "node:tty";
import v8 from "node:v8";
import vm from "node:vm";
import { WASI } from "node:wasi";
import threads from "node:worker_threads";
import domain from "node:domain";
import trace from "node:trace_events";
import { checks, equal, throws } from "../../assert.mjs";

const refuses = (action, name) => throws(action, "Error", `The ${name} method is not implemented`);

export default checks({
  "processes and threads"() {
    refuses(() => childProcess.execSync("ls"), "child_process.execSync");
    refuses(() => childProcess.fork("x"), "child_process.fork");
    refuses(() => new threads.Worker("x"), "Worker");
    equal([threads.isMainThread, threads.threadId, threads.parentPort, cluster.isPrimary, cluster.isWorker], [true, 0, null, true, false]);
  },
  "engines"() {
    refuses(() => v8.serialize({}), "serialize");
    refuses(() => vm.runInThisContext("1"), "runInThisContext");
    refuses(() => new WASI({ version: "preview1" }), "WASI");
    refuses(() => new inspector.Session(), "Session");
    refuses(() => repl.start(), "start");
    equal([v8.getHeapStatistics().used_heap_size, v8.cachedDataVersionTag(), vm.isContext(vm.createContext({}))], [0, 0, true]);
  },
  "other things"() {
    refuses(() => http2.connect("https://x"), "http2.connect");
    equal(http2.constants.HTTP2_HEADER_STATUS, ":status");
    throws(() => new sqlite.DatabaseSync(":memory:"), "TypeError", "Illegal constructor");
    equal([tty.isatty(1), trace.getEnabledCategories(), domain.createDomain().constructor.name], [false, undefined, "Domain"]);
  },
});
