// node:tty: nothing is a terminal.

class ReadStream {
  constructor(fd) {
    this.fd = fd;
    this.isRaw = false;
    this.isTTY = false;
  }

  setRawMode(mode) {
    this.isRaw = mode;
    return this;
  }
}

class WriteStream {
  constructor(fd) {
    this.fd = fd;
    this.columns = 0;
    this.rows = 0;
    this.isTTY = false;
  }

  clearLine(_direction, callback = undefined) {
    callback?.();
    return false;
  }

  clearScreenDown(callback = undefined) {
    callback?.();
    return false;
  }

  cursorTo(_x, y, callback = undefined) {
    (typeof y === "function" ? y : callback)?.();
    return false;
  }

  moveCursor(_dx, _dy, callback = undefined) {
    callback?.();
    return false;
  }

  getColorDepth() {
    return 1;
  }

  hasColors() {
    return false;
  }

  getWindowSize() {
    return [this.columns, this.rows];
  }
}

module.exports = { ReadStream, WriteStream, isatty: () => false };
