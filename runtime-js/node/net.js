// node:net: addresses. Sockets are not there yet.

const { codes } = require("errors");
const { validateBoolean, validateInt32, validateString } = require("validators");
const Duplex = require("stream/duplex");
const EventEmitter = require("events");

const PART = "(?:[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
const V4 = new RegExp(`^(?:${PART}\\.){3}${PART}$`);
const GROUP = /^[0-9a-fA-F]{1,4}$/;

const isIPv4 = (text) => V4.test(`${text}`);

/** At most one `::` for zeros, and perhaps an address of version 4 at the end. */
function isIPv6(given) {
  const [text, zone] = `${given}`.split("%");
  if (zone === "" || text.split("::").length > 2) return false;
  const groups = (part) => (part === "" ? [] : part.split(":"));
  const halves = text.split("::").map(groups);
  const all = halves.flat();
  const last = all.at(-1);
  const count = all.length + (last !== undefined && isIPv4(last) ? 1 : 0);
  if (all.some((group, at) => !GROUP.test(group) && !(at === all.length - 1 && isIPv4(group)))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

const isIP = (text) => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0);

class Socket extends Duplex {
  constructor(options = {}) {
    super({ ...options, read() {}, write: (_chunk, _encoding, callback) => callback(new Error("This socket is not connected")) });
    Object.assign(this, { connecting: false, pending: true, remoteAddress: undefined, remotePort: undefined });
  }

  connect() {
    // DIFFERS: Sockets of `node:net` and `node:tls` do not connect; in production they do.
    throw new Error("edgeemu does not emulate the sockets of node:net yet: use fetch for HTTP");
  }

  setTimeout(_millis, callback = undefined) {
    if (callback) this.once("timeout", callback);
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  address() {
    return {};
  }
}

class Server extends EventEmitter {
  constructor() {
    super();
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED("net.Server");
  }
}

class SocketAddress {
  constructor(options = {}) {
    const { family = "ipv4", address = family === "ipv6" ? "::" : "127.0.0.1", port = 0, flowlabel = 0 } = options;
    Object.assign(this, { address, port, family, flowlabel });
  }
}

class BlockList {
  rules = [];

  addAddress(address, family = "ipv4") {
    validateString(address, "address");
    this.rules.push(`Address: ${family === "ipv6" ? "IPv6" : "IPv4"} ${address}`);
  }

  check(address, family = "ipv4") {
    return this.rules.includes(`Address: ${family === "ipv6" ? "IPv6" : "IPv4"} ${address}`);
  }
}

function connect(...values) {
  if (values[0] === undefined) throw new codes.ERR_MISSING_ARGS(["options", "port", "path"]);
  return new Socket().connect(...values);
}

let selectsFamily = false;
let attemptMillis = 10;

module.exports = {
  BlockList,
  Server,
  Socket,
  SocketAddress,
  Stream: Socket,
  _normalizeArgs: (values) => [typeof values[0] === "object" ? values[0] : { port: values[0], host: values[1] }, values.find((one) => typeof one === "function") ?? null],
  connect,
  createConnection: connect,
  createServer: () => new Server(),
  getDefaultAutoSelectFamily: () => selectsFamily,
  getDefaultAutoSelectFamilyAttemptTimeout: () => attemptMillis,
  isIP,
  isIPv4,
  isIPv6,
  setDefaultAutoSelectFamily: (value) => {
    validateBoolean(value, "val");
    selectsFamily = value;
  },
  setDefaultAutoSelectFamilyAttemptTimeout: (value) => {
    validateInt32(value, "val", 1);
    attemptMillis = Math.max(value, 10);
  },
};
