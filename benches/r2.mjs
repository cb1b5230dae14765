// Measures R2 of a server: operations of a Worker, large bodies, a long listing, a multipart upload. See README.md.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, cpSync, fsyncSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { servers } from "./lib/servers.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "edgeemu,wrangler" },
    program: { type: "string" },
    wrangler: { type: "string" },
    keys: { type: "string", default: "100000" },
    "stream-mb": { type: "string", default: "1024" },
    "upload-mb": { type: "string", default: "5120" },
  },
});

const MB = 1024 * 1024;
const PART_MB = 64;
const zeros = Buffer.alloc(MB);

/** How a server is started: a program that was named, or as the other measurements do it. */
async function commandOf(name) {
  if (name === "edgeemu" && options.program !== undefined) {
    return (port, folder) => [resolve(options.program), "dev", "--port", `${port}`, "--config", join(folder, "wrangler.jsonc"), "--log-level", "none"];
  }
  if (name === "wrangler" && options.wrangler !== undefined) {
    return (port, folder) => [
      ...[process.execPath, resolve(options.wrangler), "dev", "--port", `${port}`, "--inspector-port", `${port + 1000}`],
      ...["--ip", "127.0.0.1", "--log-level", "error", "--config", join(folder, "wrangler.jsonc")],
    ];
  }
  return await servers.find((server) => server.name === name).prepare();
}

async function measure(name) {
  const folder = mkdtempSync(join(tmpdir(), "edgeemu-r2-"));
  cpSync(new URL("r2", import.meta.url), folder, { recursive: true });
  const port = await freePort();
  const [program, ...args] = (await commandOf(name))(port, folder);
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"], detached: true });
  try {
    await until(() => ask(port, "GET", "/").then(({ status }) => status === 200, () => false));
    await measureAll(name, port, child.pid);
    await copies(name, [program, ...args.slice(0, args.indexOf("dev"))], folder);
  } finally {
    process.kill(-child.pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(name, port, pid) {
  const say = (what, value) => console.log(`| ${name} | ${what} | ${value} |`);
  for (const [label, size, n] of [["1 KB", 1000, 1000], ["1 MB", 1_000_000, 100]]) {
    for (const parallel of [1, 32]) {
      for (const operation of ["puts", "gets"]) {
        const path = `/${operation}?size=${size}&n=${n}&parallel=${parallel}&key=${size}-`;
        await ask(port, "GET", path.replace(`n=${n}`, `n=${n / 10}`));
        const secs = await timed(() => ask(port, "GET", path));
        say(`${operation.slice(0, 3)} ${label}, ${parallel} at a time`, `${((secs / n) * 1e6).toFixed(0)} µs`);
      }
    }
  }
  await large(port, pid, say);
  await listing(port, say);
  await multipart(port, pid, say);
}

async function large(port, pid, say) {
  const megabytes = Number(options["stream-mb"]);
  const before = residentMb(pid);
  const watch = watchMemory(pid);
  const put = await timed(() => ask(port, "PUT", "/stream?key=large", megabytes));
  const get = await timed(() => ask(port, "GET", "/stream?key=large"));
  const rate = (secs) => `${(megabytes / secs).toFixed(0)} MB/s`;
  say(`put ${megabytes} MB as a stream`, rate(put));
  say(`get ${megabytes} MB as a stream`, rate(get));
  say("memory more than before, at most", `${watch() - before} MB`);
}

async function listing(port, say) {
  const keys = Number(options.keys);
  // In requests of their own, so that no server runs into a limit.
  const fill = async () => {
    for (let at = 0; at < keys; at += 1000) {
      await ask(port, "GET", `/puts?size=0&n=1000&parallel=32&key=list/${String(at).padStart(8, "0")}-`);
    }
  };
  say(`${keys} empty objects, each`, `${(((await timed(fill)) / keys) * 1e6).toFixed(0)} µs`);
  let found;
  const secs = await timed(async () => (found = await ask(port, "GET", "/lists?prefix=list/")));
  const { objects, pages } = JSON.parse(found.text);
  say(`list of ${objects} keys in ${pages} pages`, `${(secs * 1000).toFixed(0)} ms`);
}

async function multipart(port, pid, say) {
  const megabytes = Number(options["upload-mb"]);
  const before = residentMb(pid);
  const watch = watchMemory(pid);
  const secs = await timed(async () => {
    const id = encodeURIComponent(JSON.parse((await ask(port, "POST", "/upload?key=parts")).text));
    const parts = [];
    for (let part = 1; (part - 1) * PART_MB < megabytes; part++) {
      const size = Math.min(PART_MB, megabytes - (part - 1) * PART_MB);
      parts.push(JSON.parse((await ask(port, "PUT", `/upload?key=parts&id=${id}&part=${part}`, size)).text));
    }
    await ask(port, "POST", `/upload?key=parts&id=${id}`, JSON.stringify(parts));
  });
  say(`multipart upload of ${megabytes} MB, parts of ${PART_MB} MB`, `${(megabytes / secs).toFixed(0)} MB/s`);
  say("memory more than before, at most", `${watch() - before} MB`);
}

/** The command that copies a file into a bucket, beside `cp` and `sync` of the same file. */
async function copies(name, [program, ...words], folder) {
  const megabytes = Number(options["stream-mb"]);
  const file = join(folder, "large");
  const out = openSync(file, "w");
  for (let at = 0; at < megabytes; at++) writeSync(out, zeros);
  fsyncSync(out);
  closeSync(out);
  const run = (command, list) => {
    const { status, stderr } = spawnSync(command, list, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr.trim().split("\n")[0]);
  };
  const cp = await timed(() => (run("cp", ["large", "copy"]), run("sync", ["copy"])));
  console.log(`| ${name} | cp of ${megabytes} MB, and sync | ${cp.toFixed(2)} s |`);
  const put = ["r2", "object", "put", "bench/copy", "--file", "large", "--config", join(folder, "wrangler.jsonc"), "--local"];
  const told = await timed(() => run(program, [...words, ...put])).then((secs) => `${secs.toFixed(2)} s, ${(secs / cp).toFixed(2)} of cp`, ({ message }) => message);
  console.log(`| ${name} | r2 object put of the same file | ${told} |`);
}

/** A request; `body` is text, or so many megabytes of zeros. Text of short answers is kept. */
function ask(port, method, path, body) {
  const isText = typeof body === "string";
  const length = isText ? Buffer.byteLength(body) : (body ?? 0) * MB;
  return new Promise((done, failed) => {
    const request = http.request({ port, method, path, host: "127.0.0.1", headers: { "content-length": length } }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        if (text.length < 10_000) text += chunk.toString("latin1");
      });
      answer.on("error", failed);
      answer.on("end", () => {
        if (answer.statusCode === 200) done({ status: 200, text });
        else failed(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
      });
    });
    request.on("error", failed);
    if (isText || body === undefined) request.end(body);
    else send(request, body);
  });
}

function send(request, megabytes) {
  let left = megabytes;
  const more = () => {
    while (left > 0) {
      left--;
      if (!request.write(zeros)) return void request.once("drain", more);
    }
    request.end();
  };
  more();
}

async function timed(action) {
  const start = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

async function until(isSo) {
  for (let tries = 0; tries < 600; tries++) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("the server does not answer");
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Resident memory of a process and those it started. */
function residentMb(root) {
  const parents = new Map();
  const sizes = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      parents.set(Number(pid), Number(/^PPid:\s+(\d+)/m.exec(status)[1]));
      sizes.set(Number(pid), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {
      // It ended meanwhile.
    }
  }
  const belongs = (pid) => pid === root || (parents.has(pid) && belongs(parents.get(pid)));
  const total = [...sizes].filter(([pid]) => belongs(pid)).reduce((sum, [, size]) => sum + size, 0);
  return Math.round(total / 1024);
}

/** Looks at the memory until the function it gives is called, which says how much it was at most. */
function watchMemory(pid) {
  let most = residentMb(pid);
  const timer = setInterval(() => (most = Math.max(most, residentMb(pid))), 100);
  return () => {
    clearInterval(timer);
    return Math.max(most, residentMb(pid));
  };
}

console.log("| server | what | measured |\n|---|---|--:|");
for (const name of options.only.split(",")) await measure(name);
