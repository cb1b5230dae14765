// node:os. Production has one answer for everybody.

const { validateInt32 } = require("validators");
const { os: constants } = require("constants/system");

function setPriority(pid, priority) {
  const value = priority === undefined ? pid : priority;
  if (priority !== undefined) validateInt32(pid, "pid");
  else if (pid === undefined) validateInt32(pid, "pid");
  validateInt32(value, "priority", -20, 19);
}

module.exports = {
  EOL: "\n",
  arch: () => "x64",
  availableParallelism: () => 1,
  constants,
  cpus: () => [],
  devNull: "/dev/null",
  endianness: () => "LE",
  freemem: () => 0,
  getPriority: () => 0,
  homedir: () => "/tmp/",
  hostname: () => "localhost",
  loadavg: () => [0, 0, 0],
  machine: () => "x86_64",
  networkInterfaces: () => ({}),
  platform: () => "linux",
  release: () => "",
  setPriority,
  tmpdir: () => "/tmp/",
  totalmem: () => 0,
  type: () => "Linux",
  uptime: () => 0,
  userInfo: () => ({}),
  version: () => "",
};
