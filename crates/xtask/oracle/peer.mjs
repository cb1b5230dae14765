// A folder of the suite on workerd: bundled by wrangler, run by Miniflare with what the configuration says.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
process.env.WRANGLER_SEND_METRICS = "false";
// Miniflare may bring an older runtime.
process.env.MINIFLARE_WORKERD_PATH ??= require("workerd").default;
const { Log, LogLevel, Miniflare } = require("miniflare");
const { unstable_getMiniflareWorkerOptions: optionsOf, unstable_readConfig: readConfig } = require("wrangler");

const WRANGLER = join(dirname(require.resolve("wrangler/package.json")), "bin/wrangler.js");
export const versions = { workerd: require("workerd/package.json").version, wrangler: require("wrangler/package.json").version };

/** Rules that hold without being written down. */
const RULES = [
  { type: "Text", include: ["**/*.txt", "**/*.html", "**/*.sql"] },
  { type: "Data", include: ["**/*.bin"] },
  { type: "CompiledWasm", include: ["**/*.wasm", "**/*.wasm?module"] },
];

/**
 * Starts the Workers whose configurations are `configs`; the first one is asked. Variables in `vars` go on top of its own,
 * `date` is for those that name none.
 */
export async function start({ configs, date, vars }) {
  const said = [];
  const workers = [];
  for (const config of configs) workers.push(await describe({ config, date, vars: config === configs[0] ? vars : {} }));
  const registry = mkdtempSync(join(tmpdir(), "edgeemu-oracle-"));
  const worker = new Miniflare({
    workers,
    cf: false,
    // Without it a service that nobody is would be an error at the start.
    unsafeDevRegistryPath: registry,
    log: new Log(LogLevel.NONE),
    handleStructuredLogs: ({ level, message }) => {
      said.push(`${level === "log" ? "info" : level}: ${message}`);
    },
  });
  const dispose = async () => {
    await worker.dispose().catch(() => {});
    rmSync(registry, { recursive: true, force: true });
  };
  try {
    await worker.ready;
  } catch (error) {
    await dispose();
    throw error;
  }
  return { worker, said, dispose };
}

/** One Worker as Miniflare wants to hear of it. */
async function describe({ config, date, vars }) {
  const { workerOptions } = optionsOf(config);
  const compatibilityDate = workerOptions.compatibilityDate ?? date;
  const rules = [...(workerOptions.modulesRules ?? []), ...RULES];
  const modules = await bundle({ config, rules, date: compatibilityDate });
  return {
    ...workerOptions,
    name: readConfig({ config }).name ?? "test",
    bindings: { ...workerOptions.bindings, ...vars },
    compatibilityDate,
    ...(isModule(modules) ? { modules } : { script: modules[0].contents }),
  };
}

/** What wrangler would upload: a list of modules for Miniflare, the main one first. */
async function bundle({ config, rules, date }) {
  const out = mkdtempSync(join(tmpdir(), "edgeemu-oracle-"));
  try {
    const args = [WRANGLER, "deploy", "--dry-run", "--outdir", out, "--config", config, "--compatibility-date", date];
    const env = { ...process.env, CI: "1", NO_COLOR: "1", WRANGLER_LOG_PATH: out };
    await promisify(execFile)(process.execPath, args, { cwd: dirname(config), env });
    const names = readdirSync(out).filter((name) => !/\.(map|log)$|^README\.md$/.test(name));
    const isMain = (name) => /\.m?js$/.test(name);
    names.sort((one, other) => isMain(other) - isMain(one));
    return names.map((path) => moduleOf(path, { rules, bytes: readFileSync(join(out, path)) }));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function moduleOf(path, { rules, bytes }) {
  // All rules of the suite are about ends of names.
  const holds = ({ include }) => include.some((glob) => path.endsWith(glob.replace(/^.*\*/, "")));
  const type = /\.m?js$/.test(path) ? "ESModule" : (rules.find(holds)?.type ?? "Data");
  return { type, path, contents: type === "ESModule" || type === "Text" ? bytes.toString() : bytes };
}

function isModule(modules) {
  return /\bexport\s*(\{|default)/.test(modules[0].contents);
}
