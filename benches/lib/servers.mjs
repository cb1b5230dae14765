// The servers: how to get each, and how to start it on a port with a copy of the Worker in a folder.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const packages = join(tmpdir(), "edgeemu-benches");
const targetFolder = process.env.CARGO_TARGET_DIR ?? resolve("target");
/** The oldest Node that wrangler runs on. */
const NODE_MAJOR_MIN = 22;

export const servers = [
  edgeemu("edgeemu", ["--log-level", "none"]),
  // As people run it: a line for each request.
  edgeemu("edgeemu-lines", []),
  {
    name: "workerd",
    hasKv: false,
    reloads: true,
    version: () => packageVersion("workerd"),
    prepare() {
      install("workerd");
      return (port, folder) => {
        writeFileSync(join(folder, "workerd.capnp"), workerdConfig(port));
        const program = join(packages, "node_modules/.bin/workerd");
        return [program, "serve", "--watch", join(folder, "workerd.capnp")];
      };
    },
  },
  {
    name: "wrangler",
    hasKv: true,
    reloads: true,
    version: () => packageVersion("wrangler"),
    prepare() {
      install("wrangler");
      const node = nodeForWrangler();
      const script = join(packages, "node_modules/wrangler/bin/wrangler.js");
      return (port, folder) => [
        ...[node, script, "dev", "--port", `${port}`, "--inspector-port", `${port + 1000}`],
        ...["--ip", "127.0.0.1", "--log-level", "error", "--config", join(folder, "wrangler.jsonc")],
      ];
    },
  },
  {
    name: "hyper",
    hasKv: false,
    reloads: false,
    version: () => /name = "hyper"\nversion = "(.+)"/.exec(readFileSync("benches/hyper/Cargo.lock", "utf8"))[1],
    prepare() {
      const target = join(targetFolder, "benches");
      run("cargo", ["build", "--release", "--manifest-path", "benches/hyper/Cargo.toml", "--target-dir", target]);
      return (port) => [join(target, "release", "hyper-ceiling"), `${port}`];
    },
  },
];

function run(program, args, options = {}) {
  execFileSync(program, args, { stdio: ["ignore", "inherit", "inherit"], ...options });
}

function install(name) {
  mkdirSync(packages, { recursive: true });
  if (!existsSync(join(packages, "package.json"))) writeFileSync(join(packages, "package.json"), "{}");
  if (existsSync(join(packages, "node_modules", name))) return;
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel", "error", name], { cwd: packages });
}

function packageVersion(name) {
  return JSON.parse(readFileSync(join(packages, "node_modules", name, "package.json"), "utf8")).version;
}

function nodeForWrangler() {
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR_MIN) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  install(`${name}@${NODE_MAJOR_MIN}`);
  return join(packages, "node_modules", name, "bin/node");
}

function workerdConfig(port) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "index.js", esModule = embed "src/index.js")],
    compatibilityDate = "2026-04-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;
}

function edgeemu(name, options) {
  return {
    name,
    hasKv: true,
    reloads: true,
    version: () => /^version = "(.+)"$/m.exec(readFileSync("Cargo.toml", "utf8"))[1],
    prepare() {
      // The whole workspace, so that it is the program that the tests build too.
      run("cargo", ["build", "--release", "--workspace", "--bins"]);
      const program = join(targetFolder, "release", "edgeemu");
      return (port, folder) => [
        ...[program, "dev", "--port", `${port}`, "--config", join(folder, "wrangler.jsonc")],
        ...options,
      ];
    },
  };
}
