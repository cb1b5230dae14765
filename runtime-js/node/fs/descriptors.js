// fs: open files.

const { codes } = require("errors");
const { validateInteger } = require("validators");
const { toContent, toFlags, toPath } = require("fs/arguments");
const { Stats } = require("fs/stats");
const { File, constants, failure, locate, put } = require("fs/tree");

const open = new Map();
/** The first three are those of the process. */
let next = 3;

function openSync(given, flags = undefined) {
  const path = toPath(given);
  const bits = toFlags(flags);
  const place = locate(path, { syscall: "open" });
  let { node } = place;
  const writes = (bits & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
  if (node === undefined) {
    if (!(bits & constants.O_CREAT)) throw failure("ENOENT", "open", path);
    node = new File();
    put(place, node, { syscall: "open", path });
  } else {
    if (bits & constants.O_EXCL) throw failure("EEXIST", "open", path);
    if (node.type === "directory" && writes) throw failure("EISDIR", "open", path);
    if (node.isReadOnly && writes) throw failure("EPERM", "open", path);
    if (bits & constants.O_TRUNC) node.resize(0);
  }
  const fd = next++;
  open.set(fd, { node, path, bits, position: 0, io: platform.currentIo() });
  return fd;
}

function fileOf(fd, syscall) {
  validateInteger(fd, "fd", 0, 2147483647);
  const file = open.get(fd);
  if (file === undefined) throw failure("EBADF", syscall);
  return file;
}

function closeSync(fd) {
  fileOf(fd, "close");
  open.delete(fd);
}

const readable = (file) => (file.bits & 3) !== constants.O_WRONLY;
const writable = (file) => (file.bits & 3) !== constants.O_RDONLY;

function readBytes(file, length, position) {
  if (!readable(file)) throw failure("EBADF", "read");
  if (file.node.type === "directory") throw failure("EISDIR", "read");
  const at = position === null || position === undefined || position === -1 ? file.position : Number(position);
  const bytes = file.node.read(at, length);
  if (at === file.position && (position === null || position === undefined || position === -1)) file.position += bytes.length;
  return bytes;
}

function writeBytes(file, bytes, position) {
  if (!writable(file)) throw failure("EBADF", "write");
  const isHere = position === null || position === undefined || typeof position !== "number";
  const at = file.bits & constants.O_APPEND ? file.node.size : isHere ? file.position : position;
  file.node.write(at, bytes);
  if (isHere) file.position = at + bytes.length;
  return bytes.length;
}

function rangeOf(buffer, rest) {
  const options = typeof rest[0] === "object" && rest[0] !== null ? rest[0] : { offset: rest[0], length: rest[1], position: rest[2] };
  const offset = options.offset ?? 0;
  validateInteger(offset, "offset", 0);
  const length = options.length ?? buffer.byteLength - offset;
  validateInteger(length, "length", 0);
  if (offset + length > buffer.byteLength) throw new codes.ERR_OUT_OF_RANGE("length", `<= ${buffer.byteLength - offset}`, length);
  return { offset, length, position: options.position };
}

function readSync(fd, buffer, ...rest) {
  const file = fileOf(fd, "read");
  if (!ArrayBuffer.isView(buffer)) throw new codes.ERR_INVALID_ARG_TYPE("buffer", ["Buffer", "TypedArray", "DataView"], buffer);
  const { offset, length, position } = rangeOf(buffer, rest);
  const bytes = readBytes(file, length, position);
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).set(bytes, offset);
  return bytes.length;
}

function writeSync(fd, data, ...rest) {
  const file = fileOf(fd, "write");
  if (typeof data === "string") return writeBytes(file, toContent(data, rest[1]), rest[0]);
  const bytes = toContent(data);
  const { offset, length, position } = rangeOf(data, rest);
  return writeBytes(file, bytes.subarray(offset, offset + length), position);
}

const sumOf = (list, each) => list.reduce((sum, one) => sum + each(one), 0);

module.exports = {
  closeSync,
  fileOf,
  fstatSync: (fd, options = {}) => new Stats(fileOf(fd, "fstat").node, options.bigint ?? false),
  fsyncSync: (fd) => void fileOf(fd, "fsync"),
  ftruncateSync: (fd, length = 0) => {
    validateInteger(length, "len");
    fileOf(fd, "ftruncate").node.resize(Math.max(length, 0));
  },
  openSync,
  readBytes,
  readSync,
  readvSync: (fd, buffers, position = undefined) => {
    let at = position;
    return sumOf(buffers, (buffer) => {
      const count = readSync(fd, buffer, 0, buffer.byteLength, at);
      if (typeof at === "number") at += count;
      return count;
    });
  },
  writeBytes,
  writeSync,
  writevSync: (fd, buffers, position = undefined) => {
    let at = position;
    return sumOf(buffers, (buffer) => {
      const count = writeSync(fd, buffer, 0, buffer.byteLength, at);
      if (typeof at === "number") at += count;
      return count;
    });
  },
};
