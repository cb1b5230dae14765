// node:fs/promises.

const { codes, notImplemented } = require("errors");
const EventEmitter = require("events");
const sync = require("fs/sync");
const { toOptions } = require("fs/arguments");

const later = (action) => async (...values) => action(...values);

/** A file that is open, as promises see it. */
class FileHandle extends EventEmitter {
  #fd;

  constructor(fd) {
    super();
    this.#fd = fd;
  }

  get fd() {
    return this.#fd;
  }

  async close() {
    if (this.#fd === -1) return;
    sync.closeSync(this.#fd);
    this.#fd = -1;
    this.emit("close");
  }

  async read(buffer, ...rest) {
    const options = ArrayBuffer.isView(buffer) ? undefined : buffer ?? {};
    const target = options === undefined ? buffer : options.buffer ?? require("buffer").Buffer.alloc(16384);
    return { bytesRead: sync.readSync(this.#fd, target, ...(options === undefined ? rest : [options])), buffer: target };
  }

  async write(data, ...rest) {
    return { bytesWritten: sync.writeSync(this.#fd, data, ...rest), buffer: data };
  }

  async readv(buffers, position = undefined) {
    return { bytesRead: sync.readvSync(this.#fd, buffers, position), buffers };
  }

  async writev(buffers, position = undefined) {
    return { bytesWritten: sync.writevSync(this.#fd, buffers, position), buffers };
  }

  async readFile(options = undefined) {
    return sync.readFileSync(this.#fd, options);
  }

  async writeFile(data, options = undefined) {
    return sync.writeFileSync(this.#fd, data, options);
  }

  async appendFile(data, options = undefined) {
    return sync.writeFileSync(this.#fd, data, options);
  }

  async stat(options = undefined) {
    return sync.fstatSync(this.#fd, options);
  }

  async truncate(length = 0) {
    return sync.ftruncateSync(this.#fd, length);
  }

  async chmod(mode) {
    return sync.fchmodSync(this.#fd, mode);
  }

  async chown(uid, gid) {
    return sync.fchownSync(this.#fd, uid, gid);
  }

  async utimes(atime, mtime) {
    return sync.futimesSync(this.#fd, atime, mtime);
  }

  async sync() {
    return sync.fsyncSync(this.#fd);
  }

  async datasync() {
    return sync.fsyncSync(this.#fd);
  }

  createReadStream(options = {}) {
    return require("fs/streams").createReadStream(undefined, { ...options, fd: this.#fd });
  }

  createWriteStream(options = {}) {
    return require("fs/streams").createWriteStream(undefined, { ...options, fd: this.#fd });
  }

  readLines(options = {}) {
    return require("readline").createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
  }

  readableWebStream() {
    return new Blob([sync.readFileSync(this.#fd)]).stream();
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

const unwrap = (file) => (file instanceof FileHandle ? file.fd : file);

async function writeFile(file, data, options = undefined) {
  if (typeof data === "string" || ArrayBuffer.isView(data)) return sync.writeFileSync(unwrap(file), data, options);
  if (typeof data?.[Symbol.asyncIterator] !== "function" && typeof data?.[Symbol.iterator] !== "function") {
    throw new codes.ERR_INVALID_ARG_TYPE("data", ["string", "Buffer", "TypedArray", "DataView", "Stream", "Iterable"], data);
  }
  const parts = [];
  for await (const part of data) parts.push(typeof part === "string" ? require("buffer").Buffer.from(part, toOptions(options).encoding ?? "utf8") : part);
  return sync.writeFileSync(unwrap(file), require("buffer").Buffer.concat(parts), options);
}

const names = [
  "access", "chmod", "chown", "copyFile", "cp", "lchmod", "lchown", "link", "lstat", "lutimes", "mkdir", "mkdtemp", "readdir", "readlink", "realpath",
  "rename", "rm", "rmdir", "stat", "statfs", "symlink", "truncate", "unlink", "utimes",
];

module.exports = {
  FileHandle,
  ...Object.fromEntries(names.map((name) => [name, later(sync[`${name}Sync`])])),
  appendFile: async (file, data, options) => sync.appendFileSync(unwrap(file), data, options),
  constants: require("constants/system").fs,
  glob: async function* (pattern, options) {
    yield* sync.globSync(pattern, options);
  },
  open: async (path, flags, mode) => new FileHandle(sync.openSync(path, flags, mode)),
  opendir: async (path, options) => require("fs/directory").opendirSync(path, options),
  readFile: async (file, options) => sync.readFileSync(unwrap(file), options),
  watch: notImplemented("fs.promises.watch"),
  writeFile,
};
