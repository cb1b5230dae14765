// fs: folders that are read entry by entry.

const { error } = require("errors");
const sync = require("fs/sync");
const { nextTick } = require("process_queue");

class Dir {
  #entries;
  #isClosed = false;

  constructor(path, entries) {
    this.path = path;
    this.#entries = entries;
  }

  #check() {
    if (this.#isClosed) throw error("ERR_DIR_CLOSED", "Directory handle was closed");
  }

  readSync() {
    this.#check();
    return this.#entries.shift() ?? null;
  }

  read(callback = undefined) {
    if (callback === undefined) return (async () => this.readSync())();
    nextTick(callback, null, this.readSync());
  }

  closeSync() {
    this.#check();
    this.#isClosed = true;
  }

  close(callback = undefined) {
    if (callback === undefined) return (async () => this.closeSync())();
    this.closeSync();
    nextTick(callback, null);
  }

  async *[Symbol.asyncIterator]() {
    try {
      for (let entry = this.readSync(); entry !== null; entry = this.readSync()) yield entry;
    } finally {
      if (!this.#isClosed) this.closeSync();
    }
  }

  async [Symbol.asyncDispose]() {
    if (!this.#isClosed) this.closeSync();
  }
}

const opendirSync = (path, options = {}) => new Dir(`${path}`, sync.readdirSync(path, { withFileTypes: true, recursive: options?.recursive ?? false }));

module.exports = { Dir, opendirSync };
