// One server: start, edit, memory, and each load.
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** What is asked, by the name of its row. */
export const loads = [
  { name: "hello", path: "/hello" },
  { name: "JSON echo", path: "/json", script: "benches/json.lua" },
  { name: "1 MiB stream", path: "/stream" },
  { name: "KV get", path: "/kv-get", needsKv: true },
  { name: "KV put", path: "/kv-put", needsKv: true },
];

const REPETITIONS = 5;
const CONNECTIONS = 16;
const PATIENCE_MS = 60_000;
let lastPort = 18_700;

/** Measures a server; `command` gives the words that start it. */
export async function measure(server, command, secs) {
  const starts = [];
  for (let i = 0; i < REPETITIONS; i++) {
    const running = await start(command);
    starts.push(running.startedInMs);
    await running.stop();
  }
  const running = await start(command);
  try {
    await sleep(1000);
    const idleMb = residentMb(running.pid);
    const edits = server.reloads ? await editSeveralTimes(running) : [];
    if (server.hasKv) await ask(running.port, "/kv-seed");
    const answers = {};
    for (const load of loads.filter((load) => server.hasKv || !load.needsKv)) {
      await wrk(running.port, load, 1);
      answers[load.name] = await wrk(running.port, load, secs);
    }
    return { startMs: median(starts), editMs: median(edits), idleMb, loadedMb: residentMb(running.pid), answers };
  } finally {
    await running.stop();
  }
}

async function start(command) {
  const port = ++lastPort;
  const folder = mkdtempSync(join(tmpdir(), "edgeemu-bench-"));
  cpSync("benches/worker", folder, { recursive: true });
  const [program, ...args] = command(port, folder);
  const began = performance.now();
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" };
  // A group of its own, so that what the server starts stops with it.
  const child = spawn(program, args, { cwd: folder, detached: true, stdio: ["ignore", "ignore", "pipe"], env });
  let complaint = "";
  child.stderr.on("data", (text) => (complaint = (complaint + text).slice(-2000)));
  const ended = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    if (child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${complaint}`);
      return (await ask(port, "/hello").catch(() => null)) === "Hello, world!";
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, folder, pid: child.pid, startedInMs: performance.now() - began, stop };
}

async function editSeveralTimes({ port, folder }) {
  const path = join(folder, "src/index.js");
  const source = readFileSync(path, "utf8");
  const times = [];
  for (let i = 0; i < REPETITIONS; i++) {
    await sleep(500);
    const began = performance.now();
    writeFileSync(path, source.replace('"first"', `"edit ${i}"`));
    await until(async () => (await ask(port, "/version").catch(() => null)) === `edit ${i}`);
    times.push(performance.now() - began);
  }
  return times;
}

async function until(isSo) {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`nothing happened for ${PATIENCE_MS / 1000} s`);
    await sleep(1);
  }
}

/** One request on a connection of its own. */
function ask(port, path) {
  return new Promise((done, fail) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false, timeout: 5000 }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => (text += part));
      response.on("end", () => done(text)).on("error", fail);
    });
    asked.on("error", fail).on("timeout", () => asked.destroy(new Error("no answer")));
    asked.end();
  });
}

async function wrk(port, { path, script }, secs) {
  const lua = script ? ["-s", script] : [];
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${secs}s`, "--latency", ...lua, `http://127.0.0.1:${port}${path}`];
  const { stdout } = await promisify(execFile)("wrk", args);
  const failed = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? /Socket errors: (.+)/.exec(stdout)?.[1];
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
    p50: /^\s+50%\s+(\S+)/m.exec(stdout)[1],
    p99: /^\s+99%\s+(\S+)/m.exec(stdout)[1],
    failed: failed ?? null,
  };
}

/** Resident memory of a process and of everything below it. */
function residentMb(pid) {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const status = statusOf(name);
    if (status) parents.set(Number(name), { parent: number(status, "PPid"), kb: number(status, "VmRSS") });
  }
  const isBelow = (id) => id === pid || (parents.has(id) && isBelow(parents.get(id).parent));
  const kb = [...parents].filter(([id]) => isBelow(id)).reduce((sum, [, process]) => sum + process.kb, 0);
  return kb / 1024;
}

function statusOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return null; // it has ended meanwhile
  }
}

function number(status, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[sorted.length >> 1];
}
