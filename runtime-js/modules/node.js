// The way to the `node:` modules: what the scripts in `runtime-js/node` are given, and the globals they make.
//
// None of them is part of the snapshot. Each is compiled and run when something first asks for it, by an import, by
// `require` of another one, or through a global.

import { core, internals } from "ext:core/mod.js";
import { currentIo, requireIo, runInFrame, withStores } from "ext:edgeemu_js/context.js";
import { reportException } from "ext:edgeemu_js/events/exceptions.js";
import { console } from "ext:edgeemu_js/web/console.js";
import { crypto, CryptoKey } from "ext:edgeemu_js/web/crypto.js";
import { fetch } from "ext:edgeemu_js/web/fetch.js";
import { env } from "ext:edgeemu_js/modules/entrypoints.js";
import { performance } from "ext:edgeemu_js/web/navigator.js";
import { clearInterval, clearTimeout, setInterval, setTimeout } from "ext:edgeemu_js/web/timers.js";

/** What a script gets as `platform`: the parts of the runtime that no global leads to, or that scripts may replace. */
const platform = {
  __proto__: null,
  clearInterval,
  clearTimeout,
  console,
  core,
  crypto,
  CryptoKey,
  currentIo,
  env,
  fetch,
  flags: [],
  performance,
  reportException,
  requireIo,
  runInFrame,
  setInterval,
  setTimeout,
  withStores,
};

/** Path below `runtime-js/node`, without its ending -> its `module`, as in CommonJS. */
const modules = new Map();

/** What a script there asks another one for. A cycle sees what is there so far. */
function require(path) {
  if (!modules.has(path)) core.loadExtScript(`ext:edgeemu_node/${path}.js`);
  return modules.get(path).exports;
}

/** Every such script is wrapped into a call of this; what it returns has the names that `import` sees. */
internals.nodeScript = (path, run) => {
  const module = { exports: {} };
  modules.set(path, module);
  try {
    run(module, require, platform);
  } catch (error) {
    modules.delete(path);
    throw error;
  }
  return namespaceOf(module.exports);
};

/** What `import` sees. Its values are looked at only by an import: some of them are made when they are. */
function namespaceOf(exports) {
  const namespace = { __proto__: null };
  for (const name of Object.keys(exports)) Object.defineProperty(namespace, name, { get: () => exports[name] });
  return Object.defineProperty(namespace, "default", { value: exports });
}

/** The global called `name`, made when a script first looks at it. */
export function nodeGlobal(name) {
  return require("globals")[name];
}

/** @param {string[]} flags the compatibility flags in effect */
export function setNodeFlags(flags) {
  platform.flags = flags;
}
