// "cloudflare:sockets" as an importable module: TCP connections as a pair of streams.
(function () {
const { core, internals, primordials } = __bootstrap;
const { byKeys, clone, context, convert, errors, streams } = internals.parts;
const { argumentError, illegalConstructor, illegalInvocation } = errors;
const { Error, PromisePrototypeThen, PromiseResolve, Promise, StringPrototypeSlice, TypeError } = primordials;

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { URL } = core.loadExtScript("ext:deno_web/00_url.js");
const { WritableStream } = core.loadExtScript("ext:deno_web/06_streams.js");

const CREATE = { __proto__: null };
const PORT_MAX = 65535;
const IGNORED = () => {};

function parseText(text) {
  const url = URL.parse(`fake://${text}`);
  if (url === null || url.hostname === "") throw new TypeError("Specified address could not be parsed.");
  if (url.port === "") throw new TypeError("Specified address is missing port.");
  return { hostname: url.hostname, port: +url.port };
}

function parseAddress(address) {
  if (address === undefined || address === null) {
    throw new TypeError(
      "Cannot initialize N7workerd3api13SocketAddressE with required members from an undefined or null value.",
    );
  }
  if (!convert.isObject(address)) return parseText(`${address}`);
  const port = convert.toLength(address.port);
  if (port > PORT_MAX) throw new TypeError(`Value out of range. Must be less than or equal to ${PORT_MAX}.`);
  return { hostname: convert.toUsvString(address.hostname), port };
}

function parseOptions(value) {
  const { secureTransport, allowHalfOpen } = convert.toOptions(
    value,
    () => argumentError("connect", "SocketsModule", 2, "SocketOptions"),
  );
  const transport = secureTransport === undefined ? "off" : `${secureTransport}`;
  if (transport !== "off" && transport !== "on" && transport !== "starttls") {
    throw new TypeError(`Unsupported value in secureTransport socket option: ${transport}`);
  }
  return { transport, allowHalfOpen: !!allowHalfOpen };
}

/** A promise that may fail without anybody listening. */
function quiet(promise) {
  PromisePrototypeThen(promise, undefined, IGNORED);
  return promise;
}

class Socket {
  #connected;
  #hostname;
  #transport;
  #allowHalfOpen;
  #opened;
  #readable;
  #writable;
  #writing = null;
  #closed;
  #settle;
  #isClosing = false;
  #secured = false;

  constructor(key, connected, { hostname, transport, allowHalfOpen }) {
    if (key !== CREATE) throw illegalConstructor();
    this.#connected = quiet(connected);
    this.#hostname = hostname;
    this.#transport = transport;
    this.#allowHalfOpen = allowHalfOpen;
    this.#closed = quiet(
      new Promise((resolve, reject) => {
        this.#settle = { resolve, reject };
      }),
    );
    this.#opened = quiet(
      PromisePrototypeThen(connected, ({ remote }) => ({ remoteAddress: remote, localAddress: undefined })),
    );
    PromisePrototypeThen(connected, IGNORED, this.#settle.reject);
    this.#readable = streams.byteStream(() => this.#read(), () => this.close());
    this.#writable = new WritableStream({
      start: (controller) => {
        this.#writing = controller;
      },
      write: (chunk) => this.#write(chunk),
      close: () => this.#finish(),
      abort: () => this.close(),
    });
  }

  get readable() {
    if (this == null || !(#connected in this)) throw illegalInvocation();
    return this.#readable;
  }

  get writable() {
    if (this == null || !(#connected in this)) throw illegalInvocation();
    return this.#writable;
  }

  get closed() {
    if (this == null || !(#connected in this)) throw illegalInvocation();
    return this.#closed;
  }

  get opened() {
    if (this == null || !(#connected in this)) throw illegalInvocation();
    return this.#opened;
  }

  get upgraded() {
    if (this == null || !(#connected in this)) throw illegalInvocation();
    return this.#secured && this.#isClosing;
  }

  get secureTransport() {
    if (this == null || !(#connected in this)) throw illegalInvocation();
    return this.#transport;
  }

  async close() {
    if (this == null || !(#connected in this)) throw illegalInvocation();
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#settle.resolve();
    this.#writing.error(errors.closedWritableError());
    await PromisePrototypeThen(this.#connected, ({ id }) => ops.op_tcp_close(id), IGNORED);
  }

  startTls(options = undefined) {
    if (this == null || !(#connected in this)) throw illegalInvocation();
    if (this.#secured) throw new TypeError("startTls can only be called once.");
    if (this.#transport !== "starttls") {
      throw new TypeError("The `secureTransport` socket option must be set to 'starttls' for startTls to be used.");
    }
    this.#secured = true;
    const { expectedServerHostname } = convert.toOptions(
      options,
      () => argumentError("startTls", "Socket", 1, "TlsOptions"),
    );
    const hostname = expectedServerHostname === undefined ? this.#hostname : `${expectedServerHostname}`;
    const secured = PromisePrototypeThen(this.#connected, ({ id }) => {
      this.#isClosing = true;
      this.#settle.resolve();
      return ops.op_tcp_secure(id, hostname);
    });
    return new Socket(CREATE, secured, { hostname, transport: "on", allowHalfOpen: this.#allowHalfOpen });
  }

  async #read() {
    let connection;
    try {
      connection = await this.#connected;
    } catch {
      return null;
    }
    if (this.#isClosing) throw new TypeError("This ReadableStream belongs to an object that is closing.");
    const bytes = await ops.op_tcp_read(connection.id);
    // A side that has heard the end of the other closes, unless it was told not to.
    if (bytes === null && !this.#allowHalfOpen) await this.close();
    return bytes;
  }

  async #write(chunk) {
    const bytes = typeof chunk === "string" ? core.encode(chunk) : streams.bytesView(chunk);
    if (bytes === null) throw new TypeError("This WritableStream only supports writing byte types.");
    const { id } = await this.#connected;
    await ops.op_tcp_write(id, bytes);
  }

  async #finish() {
    const { id } = await this.#connected;
    await ops.op_tcp_finish(id);
  }
}

const { connect } = {
  connect(address, options) {
    const { hostname, port } = parseAddress(address);
    const { transport, allowHalfOpen } = parseOptions(options);
    context.requireIo();
    const name = hostname[0] === "[" ? StringPrototypeSlice(hostname, 1, -1) : hostname;
    const connected = ops.op_tcp_connect(name, port, transport === "on");
    return new Socket(CREATE, connected, { hostname: name, transport, allowHalfOpen });
  },
};

webidl.configureInterface(Socket);
clone.refuseCloning(Socket, "Could not serialize object of type \"Socket\". This type does not support serialization.");
byKeys(Socket, ["readable", "writable", "closed", "opened", "upgraded", "secureTransport"]);

return { __proto__: null, connect };
})();
