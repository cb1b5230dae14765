// fs: what is known about a file, and the entries of a folder.

const { fs: constants } = require("constants/system");

const KINDS = { file: constants.S_IFREG, directory: constants.S_IFDIR, link: constants.S_IFLNK, device: constants.S_IFCHR };
const BLOCK = 4096;

const isKind = (kind) => function () {
  return (Number(this.mode) & constants.S_IFMT) === kind;
};

class Stats {
  constructor(node, isBig) {
    const number = (value) => (isBig ? BigInt(value) : value);
    const mode = KINDS[node.type] | (node.isReadOnly ? 0o444 : 0o666) | (node.type === "directory" ? 0o111 : 0);
    Object.assign(this, {
      dev: number(node.type === "device" ? 1 : 0),
      mode: number(mode),
      nlink: number(node.links),
      uid: number(0),
      gid: number(0),
      rdev: number(0),
      blksize: number(BLOCK),
      ino: number(node.inode),
      size: number(node.size),
      blocks: number(Math.ceil(node.size / 512)),
    });
    for (const [name, time] of [["atime", node.modified], ["mtime", node.modified], ["ctime", node.modified], ["birthtime", node.created]]) {
      this[`${name}Ms`] = number(time);
      if (isBig) this[`${name}Ns`] = BigInt(time) * 1000000n;
      this[name] = new Date(time);
    }
  }
}

Object.assign(Stats.prototype, {
  isFile: isKind(constants.S_IFREG),
  isDirectory: isKind(constants.S_IFDIR),
  isSymbolicLink: isKind(constants.S_IFLNK),
  isCharacterDevice: isKind(constants.S_IFCHR),
  isBlockDevice: isKind(constants.S_IFBLK),
  isFIFO: isKind(constants.S_IFIFO),
  isSocket: isKind(constants.S_IFSOCK),
});

class Dirent {
  #type;

  constructor(name, parentPath, type) {
    this.name = name;
    this.parentPath = parentPath;
    this.path = parentPath;
    this.#type = type;
  }

  isFile() {
    return this.#type === "file";
  }

  isDirectory() {
    return this.#type === "directory";
  }

  isSymbolicLink() {
    return this.#type === "link";
  }

  isCharacterDevice() {
    return this.#type === "device";
  }

  isBlockDevice() {
    return false;
  }

  isFIFO() {
    return false;
  }

  isSocket() {
    return false;
  }
}

module.exports = { Dirent, Stats };
