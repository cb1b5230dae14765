// node:child_process: a Worker starts no processes.

const { notImplemented } = require("errors");

const names = ["ChildProcess", "_forkChild", "exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"];

module.exports = Object.fromEntries(names.map((name) => [name, notImplemented(`child_process.${name}`)]));
