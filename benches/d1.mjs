// Measures D1 in edgeemu beside wrangler's: inside a Worker, and importing a file.
//
//     node benches/d1.mjs                      everything: two minutes and a release build
//     node benches/d1.mjs --program PATH       with a program that is built already
//     node benches/d1.mjs --only edgeemu --rows 100000
import { execFileSync, spawn } from "node:child_process";
import { closeSync, cpSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { servers } from "./lib/servers.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "edgeemu,wrangler" },
    program: { type: "string" },
    rows: { type: "string", default: "1000000" },
  },
});

/** What the Worker is asked: how many operations, and how many of them at once. */
const loads = [
  { name: "select by key", path: "/select", count: 4000, lanes: 1 },
  { name: "select by key, 32 at once", path: "/select", count: 4000, lanes: 32 },
  { name: "insert", path: "/insert", count: 2000, lanes: 1 },
  { name: "insert, 32 at once", path: "/insert", count: 2000, lanes: 32 },
  { name: "batch of 100 inserts", path: "/batch", count: 50, lanes: 1 },
  { name: "batch of 100 inserts, 32 at once", path: "/batch", count: 64, lanes: 32 },
  { name: "scan of 100,000 rows", path: "/scan", count: 10, lanes: 1 },
  { name: "scan of 100,000 rows, 32 at once", path: "/scan", count: 32, lanes: 32 },
  { name: "100,000 rows into JavaScript", path: "/rows", count: 3, lanes: 1 },
];
const REPETITIONS = 3;
const PATIENCE_MS = 60_000;
let lastPort = 18_900;

function commandOf(server) {
  if (server.name !== "edgeemu" || !options.program) return server.prepare();
  const quiet = ["--log-level", "none"];
  return (port, folder) => [options.program, "dev", "--port", `${port}`, "--config", join(folder, "wrangler.jsonc"), ...quiet];
}

function ask(port, path) {
  return new Promise((done, failed) => {
    const asked = request({ port, path, host: "127.0.0.1", agent: false }, (response) => {
      let text = "";
      response.on("data", (piece) => (text += piece));
      response.on("end", () => (response.statusCode === 200 ? done(text) : failed(new Error(`${path}: ${text.slice(0, 500)}`))));
    });
    asked.on("error", failed).end();
  });
}

async function until(port, child) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask(port, "/");
    } catch (error) {
      if (child.exitCode !== null || performance.now() > end) throw error;
      await sleep(20);
    }
  }
}

/** Microseconds for each operation, the best of some runs. */
async function timed(port, { path, count, lanes }) {
  let best = Infinity;
  for (let i = 0; i < REPETITIONS; i++) {
    const began = performance.now();
    await ask(port, `${path}?count=${count}&lanes=${lanes}`);
    best = Math.min(best, ((performance.now() - began) * 1000) / count);
  }
  return best;
}

function writeRows(file, rows) {
  const out = openSync(file, "w");
  writeSync(out, "CREATE TABLE imported (id INTEGER PRIMARY KEY, name TEXT, price REAL);\n");
  for (let id = 0; id < rows; id += 1000) {
    const lines = [];
    for (let row = id; row < Math.min(id + 1000, rows); row++) {
      lines.push(`INSERT INTO imported VALUES (${row}, 'item ${row}', ${row / 4});`);
    }
    writeSync(out, lines.join("\n") + "\n");
  }
  closeSync(out);
}

/** Seconds, and the most memory it took in MB; none if it does not come to an end. */
function importRows(command, folder) {
  const file = join(folder, "rows.sql");
  writeRows(file, Number(options.rows));
  const words = command(0, folder);
  const program = words.slice(0, words.indexOf("dev"));
  const args = ["d1", "execute", "DB", "--local", "--yes", "--json", "--file", file, "--config", join(folder, "wrangler.jsonc")];
  const began = performance.now();
  try {
    const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" };
    const time = ["-f", "%M", ...program, ...args];
    const child = execFileSync("bash", ["-c", 'exec 3>&1; command time "$@" 2>&1 >/dev/null | tail -1 >&3', "time", ...time], {
      cwd: folder, env, timeout: 600_000, stdio: ["ignore", "pipe", "ignore"],
    });
    return { secs: (performance.now() - began) / 1000, mb: Number(child.toString().trim()) / 1024 };
  } catch (error) {
    return { failed: String(error.message).split("\n")[0] };
  }
}

async function measure(server) {
  const command = commandOf(server);
  const folder = mkdtempSync(join(tmpdir(), "edgeemu-bench-d1-"));
  cpSync("benches/d1", folder, { recursive: true });
  const port = ++lastPort;
  const [program, ...args] = command(port, folder);
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" };
  const child = spawn(program, args, { cwd: folder, detached: true, stdio: "ignore", env });
  try {
    await until(port, child);
    await ask(port, "/fill");
    const answers = {};
    for (const load of loads) {
      await ask(port, `${load.path}?count=${Math.ceil(load.count / 10)}&lanes=1`);
      answers[load.name] = await timed(port, load);
      console.error(`${server.name}: ${load.name}: ${answers[load.name].toFixed(1)} us`);
    }
    process.kill(-child.pid, "SIGTERM");
    await new Promise((ended) => (child.exitCode === null ? child.once("exit", ended) : ended()));
    return { name: server.name, answers, imported: importRows(command, folder) };
  } finally {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

const micros = (value) => (value >= 10_000 ? `${(value / 1000).toFixed(1)} ms` : `${value.toFixed(1)} µs`);
const results = [];
for (const name of options.only.split(",")) results.push(await measure(servers.find((server) => server.name === name)));
console.log(`| each | ${results.map(({ name }) => name).join(" | ")} |`);
console.log(`|---|${results.map(() => "--:").join("|")}|`);
for (const { name } of loads) console.log(`| ${name} | ${results.map(({ answers }) => micros(answers[name])).join(" | ")} |`);
const imported = ({ imported }) => imported.failed ?? `${imported.secs.toFixed(1)} s, ${imported.mb.toFixed(0)} MB`;
console.log(`| import of ${Number(options.rows).toLocaleString("en")} rows | ${results.map(imported).join(" | ")} |`);
