// Runs the folders of the suite on workerd, and says where it does not do what they expect.
//     node run.mjs [--all] [--date=YYYY-MM-DD] [words…]
// With words: only folders with one of them in their name. `--all` names what agrees, too. `--date` is the compatibility
// date of Workers that name none.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Walk, serveAnswers } from "../../../examples/steps.mjs";
import { start, versions } from "./peer.mjs";
import { serveUpstream } from "./upstream.mjs";

const ROOT = resolve(import.meta.dirname, "../../..");
const ROOMS = ["tests/bindings", "tests/config", "tests/events", "tests/faults", "tests/modules", "tests/node", "tests/web", "examples"];
const CONFIGS = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];
const PATIENCE_MS = 5_000;

const flags = process.argv.slice(2).filter((word) => word.startsWith("--"));
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));

function option(name) {
  return process.argv.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}
/** For Workers that name none: the day of this workerd, as `1.YYYYMMDD.N` says. */
const DATE = option("--date") ?? versions.workerd.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*/, "$1-$2-$3");
const counts = { agree: 0, known: 0, differ: 0, open: 0 };
const upstream = await serveUpstream();

function configIn(folder) {
  return CONFIGS.map((name) => join(folder, name)).find(existsSync);
}

function below(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== "node_modules");
  return folders.map((entry) => join(folder, entry.name)).sort();
}

/** Folders with a Worker, and the configurations of those beside it. */
function* foldersIn(folder) {
  const config = configIn(folder);
  if (config) yield { folder, configs: [config, ...below(folder).map(configIn).filter(Boolean)] };
  else for (const inner of below(folder)) yield* foldersIn(inner);
}

function note(kind, name, text = "") {
  counts[kind]++;
  const mark = { agree: "ok   ", known: "known", differ: "NOT  ", open: "open " }[kind];
  if (kind !== "agree" || flags.includes("--all")) console.log(`${mark} ${name}${text && `: ${text}`}`);
}

/** Differences that the folder itself names: name of a check or step -> reason. */
function knownDifferences(folder) {
  const path = join(folder, "differs.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

function judge({ name, known }, behaviour, problem) {
  const full = `${name} \`${behaviour}\``;
  if (problem === undefined) return note("agree", full);
  const reason = known[behaviour];
  if (reason === undefined) return note("differ", full, problem.slice(0, 600));
  return note("known", full, reason);
}

function within(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A Worker that tests itself; each check is a behaviour. */
async function runChecks(test, { worker }) {
  const ask = async (path) => (await within(worker.dispatchFetch(`http://localhost${path}`))).text();
  const names = await ask("/");
  if (names === "ok") return judge(test, "/", undefined);
  for (const name of JSON.parse(names).checks) {
    const problem = await ask(`/?check=${encodeURIComponent(name)}`).catch((error) => error.message);
    judge(test, name, problem === "ok" ? undefined : problem);
  }
}

/** What a step wants that only edgeemu can do. */
function beyond(step) {
  const names = ["advance_secs", "start", "fails", "d1", "colo", "socket"];
  return names.find((name) => name in step);
}

/** A Worker that is asked; each request is a behaviour. */
async function runSteps(test, steps) {
  const vars = {};
  for (const { upstream } of steps) if (upstream) vars[upstream.var] = await serveAnswers(upstream.answers);
  const { worker, said, dispose } = await begin(test, vars);
  try {
    const walk = new Walk(({ path, ...init }) => {
      return within(worker.dispatchFetch(`http://localhost${path}`, { ...init, redirect: "manual" }));
    });
    for (const [index, step] of steps.entries()) {
      const cause = beyond(step);
      if (cause) return note("open", test.name, `from step ${index} on: \`${cause}\``);
      await runStep(test, { worker, said, walk, index }, step);
    }
  } finally {
    await dispose();
  }
}

async function runStep(test, { worker, said, walk, index }, step) {
  if (step.kv) await lookAt(test, { worker, index }, step.kv);
  if (step.scheduled) await fire(test, { worker, index }, step);
  if (step.request) {
    const name = `${index} ${walk.name(step)}`;
    const outcome = await walk.follow(step).catch((error) => ({ error }));
    const problem = outcome.error ? unlike(outcome.error, step.throws) : missing(outcome, step.throws);
    judge(test, name, problem);
  }
  if (step.said) await heard(test, { said, index }, step.said);
}

function missing({ found, text }, throws) {
  // Miniflare makes an answer of an exception.
  if (throws !== undefined && text.includes(throws)) return undefined;
  if (throws !== undefined) return `there is an answer, instead of ${JSON.stringify(throws)}: ${text}`;
  return found.length > 0 ? `${found.join("; ")}; got: ${text}` : undefined;
}

function unlike(error, throws) {
  return throws !== undefined && `${error.name}: ${error.message}`.includes(throws) ? undefined : `${error.name}: ${error.message}`;
}

async function lookAt(test, { worker, index }, { binding, put = {}, get = {} }) {
  const namespace = await worker.getKVNamespace(binding);
  for (const [key, value] of Object.entries(put)) await namespace.put(key, value);
  for (const [key, expected] of Object.entries(get)) {
    const value = await namespace.get(key);
    judge(test, `${index} ${key}`, value === expected ? undefined : `it is ${JSON.stringify(value)}`);
  }
}

async function fire(test, { worker, index }, { scheduled, throws }) {
  const { cron, time_ms: time } = scheduled;
  const fetcher = await worker.getWorker();
  const { outcome } = await fetcher.scheduled({ cron, scheduledTime: time === undefined ? undefined : new Date(time) });
  const wanted = throws === undefined ? "ok" : "exception";
  judge(test, `${index} scheduled`, outcome === wanted ? undefined : `outcome ${outcome}`);
}

/** Lines come through a pipe of their own, a moment later. Only what a Worker itself says can be compared. */
async function heard(test, { said, index }, expected) {
  const lines = expected.filter((line) => /^(debug|info|warn|error): /.test(line));
  const inOrder = () => {
    let at = 0;
    return lines.find((line) => {
      const found = said.findIndex((text, position) => position >= at && text.includes(line));
      at = found + 1;
      return found < 0;
    });
  };
  for (let patience = 0; inOrder() !== undefined && patience < 50; patience++) {
    await new Promise((done) => setTimeout(done, 20));
  }
  const absent = inOrder();
  if (lines.length > 0) judge(test, `${index} said`, absent === undefined ? undefined : `not ${JSON.stringify(absent)}, but ${JSON.stringify(said)}`);
  said.length = 0;
}

function begin({ configs }, vars) {
  return start({ configs, date: DATE, vars });
}

async function run({ folder, configs }) {
  const name = folder.slice(ROOT.length + 1);
  if (words.length > 0 && !words.some((word) => name.includes(word))) return;
  const test = { name, folder, configs, known: knownDifferences(folder) };
  const expectations = join(folder, "expect.json");
  try {
    if (existsSync(expectations)) return await runSteps(test, JSON.parse(readFileSync(expectations, "utf8")));
    const wantsUpstream = readFileSync(configs[0], "utf8").includes("UPSTREAM");
    const running = await begin(test, wantsUpstream ? { UPSTREAM: upstream } : {});
    await runChecks(test, running).finally(() => running.dispose());
  } catch (error) {
    judge(test, "start", `${error.stderr ?? error.message}`.trim());
  }
}

console.log(`workerd ${versions.workerd}, wrangler ${versions.wrangler}, ${basename(ROOT)} at ${DATE}`);
for (const room of ROOMS) for (const found of foldersIn(join(ROOT, room))) await run(found);
const { agree, known, differ, open } = counts;
console.log(`${agree} agree, ${known} known differences, ${differ} differ, ${open} folders need what only edgeemu has`);
process.exit(differ > 0 ? 1 : 0);
