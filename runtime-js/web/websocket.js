// WebSocket and WebSocketPair. An object holds one end of a line by its id; what arrives there is brought by the host,
// each thing in a run of its own.
(function () {
const { core, internals, primordials } = __bootstrap;
const { byKeys, clone, context, convert, errors, exceptions, settings, socketLink, streams } = internals.parts;
const { argumentError, constructorError, foreignIoError, illegalInvocation } = errors;
const {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypeJoin,
  Error,
  ObjectDefineProperty,
  ObjectGetOwnPropertySymbols,
  PromisePrototypeThen,
  ReflectApply,
  RegExpPrototypeTest,
  StringPrototypeIsWellFormed,
  StringPrototypeReplace,
  StringPrototypeReplaceAll,
  Symbol,
  SymbolIterator,
  TypeError,
  TypedArrayPrototypeGetByteLength,
} = primordials;

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { CloseEvent, ErrorEvent, Event, EventTarget, MessageEvent, setIsTrusted, setTarget } = core.loadExtScript(
  "ext:deno_web/02_event.js",
);
const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const { Blob } = core.loadExtScript("ext:deno_web/09_file.js");
const { URL } = core.loadExtScript("ext:deno_web/00_url.js");

// What the host says has arrived; ops/sockets.rs has the same numbers.
const TEXT = 0;
const BINARY = 1;
const CLOSE = 2;
const LOST = 3;
const FAILED = 4;
const RAISED = 5;

// What has become of the end.
/** Nobody has accepted it. */
const WAITING = 0;
const ACCEPTED = 1;
/** There is none yet: a client waits for its server. */
const CONNECTING = 2;
/** It belongs to somebody else. */
const RELEASED = 3;
/** A Durable Object keeps it, and its handlers get what arrives. */
const KEPT = 4;

const READY_STATES = { __proto__: null, CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

const kInternal = Symbol("internal");
const kAttributes = ObjectGetOwnPropertySymbols(new Event("x")).find(
  (symbol) => symbol.description === "[[attributes]]",
);

const NO_CODE = 1005;
const REASON_BYTES_MAX = 123;
const ATTACHMENT_BYTES_MAX = 16384;
const PROTOCOL_TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-zA-Z]+$/;
const NOT_ACCEPTED = "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.";
const DISCONNECTED = "WebSocket disconnected without sending Close frame.";

const answersCloses = ArrayPrototypeIncludes(settings.flags, "web_socket_auto_reply_to_close");
const limitsReasons = ArrayPrototypeIncludes(settings.flags, "websocket_close_reason_byte_limit");
const usualBinaryType = ArrayPrototypeIncludes(settings.flags, "websocket_standard_binary_type")
  ? "blob"
  : "arraybuffer";

// Filled by the static block of the class, the only code that can reach its private fields.
let isWebSocket, adopt, handOver, deliver, keep, wake, acceptance, end, settle, isPair;

class WebSocket extends EventTarget {
  #state = WAITING;
  #id = 0;
  /** The invocation it belongs to. */
  #io;
  /** What the code that accepted it ran in. */
  #frame = undefined;
  #closedIncoming = false;
  #closedOutgoing = false;
  #failed = false;
  /** What a listener threw, until the host brings it back. */
  #raised = undefined;
  #allowHalfOpen = false;
  /** What the Durable Object knows it by that keeps it: its number, and the object. */
  #kept = 0;
  #object = 0;
  #tags = null;
  #url = null;
  #protocol = "";
  #extensions = "";
  #binaryType = usualBinaryType;
  /** @type {Uint8Array | null} serialized */
  #attachment = null;

  constructor(url, protocols = undefined) {
    super();
    if (url === kInternal) return;
    if (arguments.length < 1) throw constructorError("WebSocket", 1, "string");
    const target = parseUrl(url);
    const offered = parseProtocols(protocols);
    this.#io = context.requireIo();
    this.#url = `${url}`;
    this.#state = CONNECTING;
    this.#connect(target, offered);
  }

  get readyState() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    this.#requireOwnIo();
    if ((this.#closedIncoming && this.#closedOutgoing) || this.#failed) return READY_STATES.CLOSED;
    if (this.#closedIncoming || this.#closedOutgoing) return READY_STATES.CLOSING;
    return this.#state === CONNECTING ? READY_STATES.CONNECTING : READY_STATES.OPEN;
  }

  get url() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#url;
  }

  get protocol() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#protocol;
  }

  get extensions() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#extensions;
  }

  get binaryType() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#binaryType;
  }

  set binaryType(value) {
    if (this == null || !(#id in this)) throw illegalInvocation();
    const text = `${value}`;
    if (text === "blob" || text === "arraybuffer") this.#binaryType = text;
  }

  accept(options = undefined) {
    if (this == null || !(#id in this)) throw illegalInvocation();
    const { allowHalfOpen } = convert.toOptions(options, () => argumentError("accept", "WebSocket", 1, "AcceptOptions"));
    this.#requireOwnIo();
    if (this.#state === CONNECTING) {
      throw new TypeError("Websockets obtained from the 'new WebSocket()' constructor cannot call accept");
    }
    if (this.#state === RELEASED) {
      throw new TypeError("Can't accept() WebSocket that was already used in a response.");
    }
    if (this.#state === KEPT) throw new TypeError("Can't accept() WebSocket after enabling hibernation.");
    if (this.#state === ACCEPTED) return;
    this.#allowHalfOpen = allowHalfOpen === undefined ? !answersCloses : !!allowHalfOpen;
    this.#listen();
  }

  send(message) {
    if (this == null || !(#id in this)) throw illegalInvocation();
    if (arguments.length < 1) {
      throw argumentError("send", "WebSocket", 1, "ArrayBuffer or ArrayBufferView or string");
    }
    const content = streams.bytesView(message) ?? toText(message);
    this.#requireOwnIo();
    if (this.#closedOutgoing) throw new TypeError("Can't call WebSocket send() after close().");
    if (this.#failed || this.#state === RELEASED) return;
    if (this.#state !== ACCEPTED && this.#state !== KEPT) throw new TypeError(NOT_ACCEPTED);
    ops.op_socket_send(this.#id, content);
  }

  close(code = undefined, reason = undefined) {
    if (this == null || !(#id in this)) throw illegalInvocation();
    const number = code === undefined ? undefined : convert.toInt32(code);
    const text = reason === undefined ? undefined : convert.toUsvString(reason);
    this.#requireOwnIo();
    if (this.#closedOutgoing || this.#failed || this.#state === RELEASED) return;
    if (this.#state === CONNECTING) {
      ops.op_fetch_abort(this.#id);
      return;
    }
    if (this.#state !== ACCEPTED && this.#state !== KEPT) throw new TypeError(NOT_ACCEPTED);
    checkClose(number, text);
    this.#closedOutgoing = true;
    ops.op_socket_close(this.#id, number ?? NO_CODE, text ?? "");
    if (this.#state === KEPT && this.#closedIncoming) this.#drop();
  }

  serializeAttachment(attachment) {
    if (this == null || !(#id in this)) throw illegalInvocation();
    if (arguments.length < 1) throw argumentError("serializeAttachment", "WebSocket", 1, "Value");
    const bytes = core.serialize(attachment, undefined, (text) => {
      throw new DOMException(text, "DataCloneError");
    });
    const size = TypedArrayPrototypeGetByteLength(bytes);
    if (size > ATTACHMENT_BYTES_MAX) {
      throw new Error(
        `A WebSocket 'attachment' cannot be larger than ${ATTACHMENT_BYTES_MAX} bytes.'attachment' was ${size} bytes.`,
      );
    }
    this.#attachment = bytes;
    if (this.#state === KEPT) ops.op_kept_set_attachment(this.#object, this.#kept, bytes);
  }

  deserializeAttachment() {
    if (this == null || !(#id in this)) throw illegalInvocation();
    return this.#attachment === null ? null : core.deserialize(this.#attachment);
  }

  #requireOwnIo() {
    if (this.#io !== context.currentIo()) throw foreignIoError("Native");
  }

  #becomeKept(object, kept, tags) {
    this.#state = KEPT;
    this.#object = object;
    this.#kept = kept;
    this.#tags = tags;
  }

  #listen() {
    this.#state = ACCEPTED;
    this.#frame = core.getAsyncContext();
    ops.op_socket_accept(this.#id, this);
  }

  #connect(target, offered) {
    this.#frame = core.getAsyncContext();
    this.#id = ops.op_fetch_new();
    const wire = offered.length === 0 ? "" : `sec-websocket-protocol\n${ArrayPrototypeJoin(offered, ", ")}`;
    PromisePrototypeThen(
      ops.op_fetch_socket(target, wire, false, this.#id),
      (head) => this.#open(head),
      () => this.#refuse(new Error("Network connection lost.")),
    );
  }

  #open({ socket, status, headers }) {
    if (socket === undefined) {
      this.#refuse(
        new TypeError(
          "Failed to establish the WebSocket connection: expected server to reply with HTTP status code 101 " +
            `(switching protocols), but received ${status} instead.`,
        ),
      );
      return;
    }
    const received = internals.parts.headers.headersFromWire(headers, "immutable");
    this.#protocol = received.get("sec-websocket-protocol") ?? "";
    this.#extensions = received.get("sec-websocket-extensions");
    this.#id = socket;
    this.#allowHalfOpen = !answersCloses;
    this.#state = ACCEPTED;
    if (this.#dispatch(new Event("open"))) ops.op_socket_accept(socket, this);
    else this.#fail(this.#raised);
  }

  #refuse(error) {
    this.#closedIncoming = this.#closedOutgoing = true;
    this.#fail(error);
    this.#dispatch(closeEvent(1006, "Failed to establish websocket connection", false));
  }

  /** @returns {boolean} whether all listeners returned */
  #dispatch(event) {
    setIsTrusted(event, true);
    const error = callHandler(this, event) ?? firstFailure(exceptions.dispatchCollecting(this, event));
    if (error === null) return true;
    // The reading ends, and the "error" event comes behind what has arrived before.
    this.#closedIncoming = true;
    this.#raised = error.reason;
    ops.op_socket_raise(this.#id);
    return false;
  }

  #fail(error) {
    if (this.#failed) return;
    this.#failed = true;
    const event = new ErrorEvent("error", { message: uncaught(error), error });
    setIsTrusted(event, true);
    const failure = callHandler(this, event) ?? firstFailure(exceptions.dispatchCollecting(this, event));
    if (failure !== null) exceptions.reportException(failure.reason);
  }

  #drop() {
    ops.op_socket_drop(this.#id);
  }

  #deliver(kind, data, code) {
    switch (kind) {
      case TEXT:
        if (!this.#closedIncoming) this.#dispatch(new MessageEvent("message", { data }));
        return;
      case BINARY:
        if (this.#closedIncoming) return;
        this.#dispatch(new MessageEvent("message", { data: this.#binaryType === "blob" ? new Blob([data]) : data }));
        return;
      case CLOSE:
        if (!this.#closedIncoming) this.#receiveClose(code, data);
        return;
      case LOST:
        this.#receiveEnd();
        return;
      case FAILED:
        this.#closedIncoming = true;
        this.#fail(new Error(data));
        this.#drop();
        return;
      case RAISED:
        this.#fail(this.#raised);
        this.#drop();
        return;
      default:
    }
  }

  #receiveClose(code, reason) {
    const settled = this.#closedOutgoing;
    this.#closedIncoming = true;
    if (!settled && !this.#allowHalfOpen) {
      this.#closedOutgoing = true;
      ops.op_socket_close(this.#id, code, reason);
    }
    if (this.#dispatch(closeEvent(code, reason, true)) && settled) ops.op_socket_release(this.#id);
  }

  /** The other side is gone. */
  #receiveEnd() {
    const sound = this.#closedIncoming || this.#dispatch(closeEvent(1006, DISCONNECTED, false));
    this.#closedIncoming = true;
    if (sound) this.#drop();
  }

  static {
    isWebSocket = (value) => convert.isObject(value) && #id in value;
    adopt = (id) => {
      const socket = new WebSocket(kInternal);
      socket.#id = id;
      socket.#io = context.currentIo();
      return socket;
    };
    handOver = (socket) => {
      if (socket.#state === CONNECTING || (socket.#state === ACCEPTED && socket.#url !== null)) {
        throw new TypeError("Can't return WebSocket in a Response if it was created with `new WebSocket()`");
      }
      socket.#requireOwnIo();
      if (socket.#state === WAITING) socket.#state = RELEASED;
      return socket.#id;
    };
    keep = (socket, object, tags) => {
      // A client that has no server yet has no end of a line either.
      const id = socket.#state === CONNECTING ? 0 : socket.#id;
      const accepted = ops.op_kept_accept(object, id, tags, socket.#attachment);
      socket.#becomeKept(object, accepted.kept, accepted.tags);
      return accepted;
    };
    wake = (object, kept, { id, tags, attachment, closedIncoming, closedOutgoing }) => {
      const socket = adopt(id);
      socket.#becomeKept(object, kept, tags);
      socket.#attachment = attachment;
      socket.#closedIncoming = closedIncoming;
      socket.#closedOutgoing = closedOutgoing;
      return socket;
    };
    acceptance = (socket) => ({
      isAccepted: socket.#state === ACCEPTED,
      kept: socket.#kept,
      tags: socket.#tags,
    });
    end = (socket) => {
      socket.#closedIncoming = true;
    };
    settle = (socket, isClose) => {
      // Who was closed may answer later.
      if (!isClose || socket.#closedOutgoing) socket.#drop();
    };
    deliver = (socket, kind, data, code) => {
      context.runInFrame(socket.#frame, () => socket.#deliver(kind, data, code));
    };
  }
}

function parseUrl(value) {
  const invalid = (text) => new DOMException(`WebSocket Constructor: ${text}`, "SyntaxError");
  const url = URL.parse(convert.toUsvString(value));
  if (url === null) throw invalid("The url is invalid.");
  if (url.protocol !== "ws:" && url.protocol !== "wss:") throw invalid("The url scheme must be ws or wss.");
  if (url.hash !== "") throw invalid("The url fragment must be empty.");
  return StringPrototypeReplace(url.href, "ws", "http");
}

function parseProtocols(value) {
  if (value === undefined) return [];
  const invalid = (text) => new DOMException(`WebSocket Constructor: ${text}`, "SyntaxError");
  if (!ArrayIsArray(value)) {
    const token = `${value}`;
    if (!RegExpPrototypeTest(PROTOCOL_TOKEN, token)) throw invalid("The protocol header token is invalid.");
    return [token];
  }
  const tokens = [];
  for (let i = 0; i < value.length; i++) {
    const token = `${value[i]}`;
    if (ArrayPrototypeIncludes(tokens, token)) throw invalid("The protocols header cannot have repeating values.");
    if (!RegExpPrototypeTest(PROTOCOL_TOKEN, token)) throw invalid("One of the protocol header tokens is invalid.");
    tokens[i] = token;
  }
  return tokens;
}

/** A lone surrogate goes out as three bytes which are no UTF-8, as in production. */
function toText(value) {
  const text = typeof value === "string" ? value : `${value}`;
  return StringPrototypeIsWellFormed(text)
    ? text
    : StringPrototypeReplaceAll(convert.toUsvString(text), "\ufffd", "\ufffd\ufffd\ufffd");
}

function checkClose(code, reason) {
  if (code === undefined) {
    if (reason === undefined) return;
    throw new DOMException(
      "If you specify a WebSocket close reason, you must also specify a code.",
      "InvalidAccessError",
    );
  }
  const reserved = code === 1004 || code === 1005 || code === 1006 || code === 1015;
  if (code < 1000 || code >= 5000 || reserved) {
    throw new DOMException(`Invalid WebSocket close code: ${code}.`, "InvalidAccessError");
  }
  if (!limitsReasons || reason === undefined) return;
  if (TypedArrayPrototypeGetByteLength(core.encode(reason)) > REASON_BYTES_MAX) {
    throw new DOMException(
      `WebSocket close reason must not be longer than ${REASON_BYTES_MAX} bytes when UTF-8 encoded.`,
      "SyntaxError",
    );
  }
}

function closeEvent(code, reason, wasClean) {
  return new CloseEvent("close", { code, reason, wasClean });
}

function uncaught(error) {
  return `Uncaught ${error instanceof Error ? `${error.name}: ${error.message}` : error}`;
}

function firstFailure({ failures }) {
  return failures.length === 0 ? null : { reason: failures[0] };
}

/** A property `onmessage` and the like is called before all listeners. */
function callHandler(socket, event) {
  const handler = socket[`on${event.type}`];
  if (typeof handler !== "function") return null;
  setTarget(event, socket);
  event[kAttributes].currentTarget = socket;
  try {
    ReflectApply(handler, socket, [event]);
    return null;
  } catch (reason) {
    return { reason };
  } finally {
    event[kAttributes].currentTarget = null;
    setTarget(event, null);
  }
}

class WebSocketPair {
  constructor() {
    context.requireIo();
    const { 0: one, 1: other } = ops.op_socket_pair();
    this[0] = adopt(one);
    this[1] = adopt(other);
  }
}

ObjectDefineProperty(WebSocketPair.prototype, SymbolIterator, {
  __proto__: null,
  value: function* () {
    yield this[0];
    yield this[1];
  },
  writable: true,
  enumerable: false,
  configurable: true,
});

class WebSocketRequestResponsePair {
  #request;
  #response;

  constructor(request, response) {
    if (arguments.length < 2) {
      throw constructorError("WebSocketRequestResponsePair", arguments.length + 1, "string");
    }
    this.#request = convert.toUsvString(request);
    this.#response = convert.toUsvString(response);
  }

  get request() {
    if (this == null || !(#request in this)) throw illegalInvocation();
    return this.#request;
  }

  get response() {
    if (this == null || !(#request in this)) throw illegalInvocation();
    return this.#response;
  }

  static {
    isPair = (value) => convert.isObject(value) && #request in value;
  }
}

for (const name in READY_STATES) {
  const constant = { __proto__: null, value: READY_STATES[name], enumerable: true, configurable: true };
  for (const owner of [WebSocket, WebSocket.prototype]) {
    ObjectDefineProperty(owner, name, constant);
    ObjectDefineProperty(owner, `READY_STATE_${name}`, constant);
  }
}
for (const constructor of [WebSocket, WebSocketPair, WebSocketRequestResponsePair]) {
  webidl.configureInterface(constructor);
  clone.refuseCloning(constructor);
}
byKeys(WebSocket, ["readyState", "url", "protocol", "extensions", "binaryType"]);
byKeys(WebSocketPair, ["0", "1"]);
byKeys(WebSocketRequestResponsePair, ["request", "response"]);

const exported = {
  WebSocket,
  WebSocketPair,
  WebSocketRequestResponsePair,
  DISCONNECTED,
  acceptance,
  adopt,
  deliver,
  end,
  handOver,
  isPair,
  isWebSocket,
  keep,
  settle,
  wake,
};
socketLink.registerSockets(exported);
return exported;
})();
