// fs: the files of an isolate, in memory. `/bundle` cannot be written, `/tmp` belongs to an invocation.

const { systemError } = require("errors");
const { errors } = require("system_errors");
const { fs: constants } = require("constants/system");

const { core, currentIo } = platform;
const LINKS_MAX = 40;
let nextInode = 1;

/** An error like those of the system. */
function failure(code, syscall, path = undefined, dest = undefined) {
  const [errno, text] = errors[code];
  return systemError({ code, errno, syscall, text, path, dest });
}

class Node {
  constructor(type, isReadOnly = false) {
    this.inode = nextInode++;
    this.type = type;
    this.isReadOnly = isReadOnly;
    this.modified = Date.now();
    this.created = this.modified;
    this.links = 1;
  }

  touch() {
    this.modified = Date.now();
  }
}

class Directory extends Node {
  constructor(isReadOnly = false) {
    super("directory", isReadOnly);
    this.entries = new Map();
  }

  get size() {
    return 0;
  }
}

/** Bytes with room to grow. */
class File extends Node {
  constructor(bytes = new Uint8Array(0), isReadOnly = false) {
    super("file", isReadOnly);
    this.room = bytes;
    this.size = bytes.length;
  }

  get bytes() {
    return this.room.subarray(0, this.size);
  }

  read(position, length) {
    return this.room.subarray(Math.min(position, this.size), Math.min(position + length, this.size));
  }

  write(position, bytes) {
    this.resize(Math.max(this.size, position + bytes.length));
    this.room.set(bytes, position);
    this.touch();
  }

  resize(size) {
    if (size > this.room.length) {
      const room = new Uint8Array(Math.max(size, this.room.length * 2));
      room.set(this.bytes);
      this.room = room;
    } else if (size < this.size) {
      this.room.fill(0, size, this.size);
    }
    this.size = size;
    this.touch();
  }
}

class Link extends Node {
  constructor(target) {
    super("link");
    this.target = target;
  }

  get size() {
    return this.target.length;
  }
}

/** `/dev/null` and its neighbours. */
class Device extends Node {
  constructor(name) {
    super("device");
    this.name = name;
    this.size = 0;
  }

  read(_position, length) {
    if (this.name === "null") return new Uint8Array(0);
    const bytes = new Uint8Array(Math.min(length, 65536));
    return this.name === "random" ? platform.crypto.getRandomValues(bytes) : bytes;
  }

  write() {
    if (this.name === "full") throw failure("ENOSPC", "write");
  }

  resize() {}
}

const root = new Directory(true);
const devices = new Directory(true);
for (const name of ["null", "zero", "full", "random"]) devices.entries.set(name, new Device(name));
root.entries.set("bundle", new Directory(true));
root.entries.set("dev", devices);

/** Invocation -> its `/tmp`. */
const temporary = new Map();

function temporaryFolder() {
  const io = currentIo();
  let folder = temporary.get(io);
  if (folder === undefined) {
    for (const other of temporary.keys()) if (other !== 0 && !core.ops.op_node_context_is_open(other)) temporary.delete(other);
    folder = new Directory();
    temporary.set(io, folder);
  }
  return folder;
}

const entryOf = (directory, name) => (directory === root && name === "tmp" ? temporaryFolder() : directory.entries.get(name));
const namesOf = (directory) => (directory === root ? [...directory.entries.keys(), "tmp"] : [...directory.entries.keys()]).sort();

/** A place in the tree: the folder, the name in it, and what is there, if anything. */
function locate(path, { syscall, follows = true, depth = 0, shown = path }) {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const stack = [{ node: root, name: "" }];
  for (const [at, part] of parts.entries()) {
    if (part === "..") {
      if (stack.length > 1) stack.pop();
      continue;
    }
    const parent = stack.at(-1).node;
    if (parent === undefined) throw failure("ENOENT", syscall, shown);
    if (parent.type !== "directory") throw failure("ENOTDIR", syscall, shown);
    const node = entryOf(parent, part);
    const isLast = at === parts.length - 1;
    if (node?.type === "link" && (!isLast || follows)) {
      if (depth >= LINKS_MAX) throw failure("ELOOP", syscall, shown);
      const base = `/${stack.slice(1).map((one) => one.name).join("/")}`;
      const rest = parts.slice(at + 1).join("/");
      const target = node.target.startsWith("/") ? node.target : `${base}/${node.target}`;
      return locate(`${target}/${rest}`, { syscall, follows, depth: depth + 1, shown });
    }
    stack.push({ node, name: part });
  }
  const { node, name } = stack.at(-1);
  const parent = stack.at(-2)?.node ?? root;
  return { parent, name, node, path: `/${stack.slice(1).map((one) => one.name).join("/")}` };
}

function find(path, syscall, follows = true) {
  const place = locate(path, { syscall, follows });
  if (place.node === undefined) throw failure("ENOENT", syscall, path);
  return place.node;
}

/** Puts something into a folder, or takes it out. */
function put({ parent, name }, node, { syscall, path }) {
  if (parent.isReadOnly) throw failure("EPERM", syscall, path);
  parent.entries.set(name, node);
  parent.touch();
}

function remove({ parent, name }, { syscall, path }) {
  if (parent.isReadOnly) throw failure("EPERM", syscall, path);
  parent.entries.delete(name);
  parent.touch();
}

module.exports = { Directory, File, Link, constants, entryOf, failure, find, locate, namesOf, put, remove };
