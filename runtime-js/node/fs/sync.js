// fs: every operation, done at once. What calls back and what promises is made of these.

const { codes } = require("errors");
const { validateInteger } = require("validators");
const descriptors = require("fs/descriptors");
const { toContent, toMillis, toOptions, toPath, toResult } = require("fs/arguments");
const { Dirent, Stats } = require("fs/stats");
const { Directory, File, Link, constants, entryOf, failure, find, locate, namesOf, put, remove } = require("fs/tree");

function readFileSync(path, options = undefined) {
  const { encoding, flag } = toOptions(options, { flag: "r" });
  const isOpen = typeof path === "number";
  const fd = isOpen ? path : descriptors.openSync(path, flag);
  try {
    const file = descriptors.fileOf(fd, "read");
    if (file.node.type === "directory") throw failure("EISDIR", "read");
    return toResult(descriptors.readBytes(file, Math.max(file.node.size - (isOpen ? file.position : 0), 0), isOpen ? undefined : 0), encoding);
  } finally {
    if (!isOpen) descriptors.closeSync(fd);
  }
}

function writeFileSync(path, data, options = undefined) {
  const { encoding, flag } = toOptions(options, { flag: "w" });
  const bytes = toContent(data, encoding);
  const isOpen = typeof path === "number";
  const fd = isOpen ? path : descriptors.openSync(path, flag);
  try {
    descriptors.writeBytes(descriptors.fileOf(fd, "write"), bytes);
  } finally {
    if (!isOpen) descriptors.closeSync(fd);
  }
}

function statOf(syscall, follows) {
  return (path, options = {}) => {
    const { node } = locate(toPath(path), { syscall, follows });
    if (node !== undefined) return new Stats(node, options?.bigint ?? false);
    if (options?.throwIfNoEntry === false) return undefined;
    throw failure("ENOENT", syscall, toPath(path));
  };
}

function mkdirSync(given, options = undefined) {
  const { recursive = false } = typeof options === "object" && options !== null ? options : {};
  const path = toPath(given);
  const place = locate(path, { syscall: "mkdir" });
  if (place.node !== undefined) {
    // Without `recursive`, too: production is content with a folder that is there.
    if (place.node.type === "directory") return undefined;
    throw failure("EEXIST", "mkdir", path);
  }
  put(place, new Directory(), { syscall: "mkdir", path });
  return recursive ? place.path : undefined;
}

/** Makes every folder on the way; gives the first that was missing. */
function makeAll(path) {
  let first;
  const parts = path.split("/").filter(Boolean);
  for (let at = 1; at <= parts.length; at++) {
    const made = mkdirSync(`/${parts.slice(0, at).join("/")}`, { recursive: true });
    first ??= made;
  }
  return first;
}

function* walk(directory, path) {
  for (const name of namesOf(directory)) {
    const node = entryOf(directory, name);
    yield { name, parentPath: path, node };
    if (node.type === "directory") yield* walk(node, `${path}/${name}`);
  }
}

function readdirSync(given, options = undefined) {
  const { encoding, recursive = false, withFileTypes = false } = toOptions(options);
  const path = toPath(given);
  const directory = find(path, "scandir");
  if (directory.type !== "directory") throw failure("ENOTDIR", "scandir", path);
  const base = path.replace(/(?<=.)\/+$/, "");
  const found = recursive ? [...walk(directory, base)] : namesOf(directory).map((name) => ({ name, parentPath: base, node: entryOf(directory, name) }));
  if (withFileTypes) return found.map(({ name, parentPath, node }) => new Dirent(name, parentPath, node.type));
  const names = found.map(({ name, parentPath }) => (parentPath === base ? name : `${parentPath.slice(base.length + 1)}/${name}`));
  return encoding === "buffer" ? names.map((name) => require("buffer").Buffer.from(name)) : names;
}

function unlinkSync(given) {
  const path = toPath(given);
  const place = locate(path, { syscall: "unlink", follows: false });
  if (place.node === undefined) throw failure("ENOENT", "unlink", path);
  if (place.node.type === "directory") throw failure("EISDIR", "unlink", path);
  remove(place, { syscall: "unlink", path });
  place.node.links--;
}

function rmdirSync(given, options = {}) {
  const path = toPath(given);
  const place = locate(path, { syscall: "rmdir", follows: false });
  if (place.node === undefined) throw failure("ENOENT", "rmdir", path);
  if (place.node.type !== "directory") throw failure("ENOTDIR", "rmdir", path);
  if (!options?.recursive && place.node.entries.size > 0) throw failure("ENOTEMPTY", "rmdir", path);
  remove(place, { syscall: "rmdir", path });
}

function rmSync(given, options = {}) {
  const path = toPath(given);
  const place = locate(path, { syscall: "rm", follows: false });
  if (place.node === undefined) {
    if (options?.force) return;
    throw failure("ENOENT", "rm", path);
  }
  if (place.node.type === "directory" && !options?.recursive) {
    const error = new codes.ERR_FS_EISDIR(`Path is a directory: rm returned EISDIR (is a directory) ${path}`);
    throw Object.assign(error, { errno: 21, syscall: "rm", path });
  }
  remove(place, { syscall: "rm", path });
}

function renameSync(givenFrom, givenTo) {
  const [from, to] = [toPath(givenFrom, "oldPath"), toPath(givenTo, "newPath")];
  const source = locate(from, { syscall: "rename", follows: false });
  if (source.node === undefined) throw failure("ENOENT", "rename", from, to);
  const target = locate(to, { syscall: "rename", follows: false });
  if (target.node?.type === "directory" && source.node.type !== "directory") throw failure("EISDIR", "rename", from, to);
  if (target.node !== undefined && target.node.type !== "directory" && source.node.type === "directory") throw failure("ENOTDIR", "rename", from, to);
  if (target.node?.type === "directory" && target.node.entries.size > 0) throw failure("ENOTEMPTY", "rename", from, to);
  remove(source, { syscall: "rename", path: from });
  put(target, source.node, { syscall: "rename", path: to });
}

function copyFileSync(givenFrom, givenTo, mode = 0) {
  const [from, to] = [toPath(givenFrom, "src"), toPath(givenTo, "dest")];
  const source = find(from, "copyfile");
  if (source.type === "directory") throw failure("EISDIR", "copyfile", from, to);
  const target = locate(to, { syscall: "copyfile" });
  if (target.node !== undefined && mode & constants.COPYFILE_EXCL) throw failure("EEXIST", "copyfile", from, to);
  put(target, new File(source.bytes.slice()), { syscall: "copyfile", path: to });
}

function cpSync(givenFrom, givenTo, options = {}) {
  const [from, to] = [toPath(givenFrom, "src"), toPath(givenTo, "dest")];
  const source = find(from, "cp", false);
  if (options.filter && !options.filter(from, to)) return;
  if (source.type === "directory") {
    if (!options.recursive) throw new codes.ERR_FS_EISDIR(`Recursive option not enabled, cannot copy a directory: cp returned EISDIR (${from} is a directory (not copied)) ${to}`);
    makeAll(to);
    for (const name of namesOf(source)) cpSync(`${from}/${name}`, `${to}/${name}`, options);
  } else if (options.force === false && locate(to, { syscall: "cp" }).node !== undefined) {
    if (options.errorOnExist) throw failure("EEXIST", "cp", from, to);
  } else {
    copyFileSync(from, to);
  }
}

function symlinkSync(target, given) {
  const path = toPath(given);
  const place = locate(path, { syscall: "symlink", follows: false });
  if (place.node !== undefined) throw failure("EEXIST", "symlink", `${target}`, path);
  put(place, new Link(target instanceof URL ? toPath(target) : `${target}`), { syscall: "symlink", path });
}

function linkSync(givenFrom, givenTo) {
  const [from, to] = [toPath(givenFrom, "existingPath"), toPath(givenTo, "newPath")];
  const node = find(from, "link");
  const place = locate(to, { syscall: "link", follows: false });
  if (place.node !== undefined) throw failure("EEXIST", "link", from, to);
  put(place, node, { syscall: "link", path: to });
  node.links++;
}

function readlinkSync(given, options = undefined) {
  const path = toPath(given);
  const node = find(path, "readlink", false);
  if (node.type !== "link") throw failure("EINVAL", "readlink", path);
  return toOptions(options).encoding === "buffer" ? require("buffer").Buffer.from(node.target) : node.target;
}

function realpathSync(given) {
  const path = toPath(given);
  const place = locate(path, { syscall: "realpath" });
  if (place.node === undefined) throw failure("ENOENT", "realpath", path);
  return place.path;
}

function accessSync(given, mode = constants.F_OK) {
  const path = toPath(given);
  validateInteger(mode, "mode", 0, 7);
  const node = find(path, "access");
  if (mode & constants.W_OK && node.isReadOnly) throw failure("EACCES", "access", path);
  if (mode & constants.X_OK) throw failure("EACCES", "access", path);
}

function existsSync(path) {
  try {
    return locate(toPath(path), { syscall: "access" }).node !== undefined;
  } catch {
    return false;
  }
}

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

function mkdtempSync(prefix) {
  const random = platform.crypto.getRandomValues(new Uint8Array(6));
  const path = `${toPath(prefix, "prefix")}${Array.from(random, (byte) => LETTERS[byte % LETTERS.length]).join("")}`;
  mkdirSync(path);
  return path;
}

function utimesOf(syscall, follows) {
  return (path, atime, mtime) => {
    toMillis(atime, "atime");
    find(toPath(path), syscall, follows).modified = toMillis(mtime, "mtime");
  };
}

/** Modes and owners are accepted for what exists, and mean nothing. */
const accepts = (syscall, follows = true) => (path) => void find(toPath(path), syscall, follows);

function truncateSync(path, length = 0) {
  validateInteger(length, "len");
  const node = find(toPath(path), "open");
  if (node.isReadOnly) throw failure("EPERM", "open", toPath(path));
  node.resize(Math.max(length, 0));
}

function statfsSync(path, options = {}) {
  find(toPath(path), "statfs");
  const number = (value) => (options?.bigint ? BigInt(value) : value);
  return { type: number(0), bsize: number(0), blocks: number(0), bfree: number(0), bavail: number(0), files: number(0), ffree: number(0) };
}

function globSync(pattern, options = {}) {
  const { matches } = require("glob");
  const base = options.cwd === undefined ? require("process_cwd").cwd() : toPath(options.cwd);
  const patterns = Array.isArray(pattern) ? pattern : [pattern];
  const found = [...walk(find(base, "scandir"), base)].map(({ name, parentPath }) => `${parentPath}/${name}`.slice(base.length + 1));
  return found.filter((path) => patterns.some((one) => matches(path, one)));
}

module.exports = {
  ...descriptors,
  accessSync,
  appendFileSync: (path, data, options = undefined) => writeFileSync(path, data, { flag: "a", ...toOptions(options) }),
  chmodSync: accepts("chmod"),
  chownSync: accepts("chown"),
  copyFileSync,
  cpSync,
  existsSync,
  fchmodSync: (fd) => void descriptors.fileOf(fd, "fchmod"),
  fchownSync: (fd) => void descriptors.fileOf(fd, "fchown"),
  fdatasyncSync: descriptors.fsyncSync,
  futimesSync: (fd, atime, mtime) => {
    descriptors.fileOf(fd, "futime").node.modified = toMillis(mtime, "mtime");
  },
  globSync,
  lchmodSync: accepts("lchmod", false),
  lchownSync: accepts("lchown", false),
  linkSync,
  lstatSync: statOf("lstat", false),
  lutimesSync: utimesOf("lutime", false),
  mkdirSync: (path, options = undefined) => (options?.recursive ? makeAll(toPath(path)) : mkdirSync(path, options)),
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync: Object.assign(realpathSync, { native: realpathSync }),
  renameSync,
  rmSync,
  rmdirSync,
  statSync: statOf("stat", true),
  statfsSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync: utimesOf("utime", true),
  writeFileSync,
};
