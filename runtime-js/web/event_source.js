// EventSource: a stream of events from a server, or from any stream of bytes.
(function () {
const { core, internals, primordials } = __bootstrap;
const { byKeys, clone, context, convert, errors, exceptions, fetching, requests, streams, timers } =
  internals.parts;
const { argumentError, constructorError, illegalInvocation } = errors;
const {
  Error,
  MathMax,
  MathMin,
  ObjectDefineProperty,
  Promise,
  PromisePrototypeThen,
  RegExpPrototypeTest,
  SafeRegExp,
  StringPrototypeIncludes,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  Number,
  Symbol,
} = primordials;

const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { AbortController } = core.loadExtScript("ext:deno_web/03_abort_signal.js");
const { DOMException } = core.loadExtScript("ext:deno_web/01_dom_exception.js");
const { ErrorEvent, Event, EventTarget, MessageEvent, defineEventHandler, setIsTrusted } = core.loadExtScript(
  "ext:deno_web/02_event.js",
);
const { TextDecoder } = core.loadExtScript("ext:deno_web/08_text_encoding.js");
const { URL } = core.loadExtScript("ext:deno_web/00_url.js");

const STATES = { __proto__: null, CONNECTING: 0, OPEN: 1, CLOSED: 2 };
const DEFAULT_RETRY_MS = 2000;
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 10000;
const DIGITS = new SafeRegExp(/^\d+$/);
/** Tells the constructor that there is a stream already. */
const STREAM = { __proto__: null };

/** Production gives the "open" event a class of its own, which has no other use. */
class OpenEvent extends Event {}

/** Turns text into events, line by line. */
class Parser {
  rest = "";
  started = false;
  type = "";
  data = null;
  lastId = "";
  retryMs = DEFAULT_RETRY_MS;

  constructor(emit) {
    this.emit = emit;
  }

  feed(text) {
    if (!this.started && text !== "") {
      this.started = true;
      if (StringPrototypeStartsWith(text, "\ufeff")) text = StringPrototypeSlice(text, 1);
    }
    this.rest += text;
    for (let end = this.lineEnd(); end !== null; end = this.lineEnd()) {
      const line = StringPrototypeSlice(this.rest, 0, end.at);
      this.rest = StringPrototypeSlice(this.rest, end.next);
      this.line(line);
    }
  }

  /** A carriage return at the very end may be half of a line's end. */
  lineEnd() {
    const feed = StringPrototypeIndexOf(this.rest, "\n");
    const back = StringPrototypeIndexOf(this.rest, "\r");
    if (back === -1 || (feed !== -1 && feed < back)) return feed === -1 ? null : { at: feed, next: feed + 1 };
    if (back === this.rest.length - 1) return null;
    return { at: back, next: feed === back + 1 ? back + 2 : back + 1 };
  }

  line(line) {
    if (line === "") {
      this.end();
      return;
    }
    const colon = StringPrototypeIndexOf(line, ":");
    if (colon === 0) return;
    const field = colon === -1 ? line : StringPrototypeSlice(line, 0, colon);
    let value = colon === -1 ? "" : StringPrototypeSlice(line, colon + 1);
    if (StringPrototypeStartsWith(value, " ")) value = StringPrototypeSlice(value, 1);
    if (field === "event") this.type = value;
    else if (field === "data") this.data = this.data === null ? value : `${this.data}\n${value}`;
    else if (field === "id" && !StringPrototypeIncludes(value, "\0")) this.lastId = value;
    else if (field === "retry" && RegExpPrototypeTest(DIGITS, value)) this.retryMs = Number(value);
  }

  end() {
    const { type, data } = this;
    this.type = "";
    this.data = null;
    if (data !== null && data !== "") this.emit(type === "" ? "message" : type, data, this.lastId);
  }
}

class EventSource extends EventTarget {
  #state = STATES.CONNECTING;
  #url = "";
  #origin = null;
  #fetcher = null;
  #frame;
  #abort = null;
  #parser = new Parser((type, data, lastEventId) => {
    if (this.#state === STATES.CLOSED) return;
    this.#dispatch(new MessageEvent(type, { data, lastEventId, origin: this.#origin ?? "" }));
  });

  constructor(url, init = undefined) {
    super();
    this.#frame = core.getAsyncContext();
    if (url === STREAM) return;
    if (arguments.length < 1) throw constructorError("EventSource", 1, "string");
    const text = convert.toUsvString(url);
    const options = convert.toOptions(init, () => constructorError("EventSource", 2, "EventSourceInit"));
    if (options.withCredentials) {
      throw new DOMException(
        "The init.withCredentials option is not supported. It must be false or undefined.",
        "NotSupportedError",
      );
    }
    const parsed = URL.parse(text);
    if (parsed === null) {
      throw new DOMException(`Cannot open an EventSource to '${text}'. The URL is invalid.`, "SyntaxError");
    }
    context.requireIo();
    this.#url = parsed.href;
    this.#origin = parsed.origin;
    this.#fetcher = options.fetcher ?? null;
    this.#run();
  }

  get url() {
    if (this == null || !(#state in this)) throw illegalInvocation();
    return this.#url;
  }

  get withCredentials() {
    if (this == null || !(#state in this)) throw illegalInvocation();
    return false;
  }

  get readyState() {
    if (this == null || !(#state in this)) throw illegalInvocation();
    return this.#state;
  }

  close() {
    if (this == null || !(#state in this)) throw illegalInvocation();
    this.#state = STATES.CLOSED;
    this.#abort?.abort();
  }

  static from(stream) {
    if (!streams.isReadableStream(stream)) throw argumentError("from", "EventSource", 1, "JsReadableStream");
    const source = new EventSource(STREAM);
    source.#state = STATES.OPEN;
    PromisePrototypeThen(source.#read(stream), () => source.#fail(), (error) => source.#fail(error));
    return source;
  }

  #dispatch(event) {
    setIsTrusted(event, true);
    context.runInFrame(this.#frame, () => {
      const { failures } = exceptions.dispatchCollecting(this, event);
      for (let i = 0; i < failures.length; i++) exceptions.reportException(failures[i]);
    });
  }

  /** It is over, and says so. */
  #fail(error = undefined) {
    if (this.#state === STATES.CLOSED) return;
    this.#state = STATES.CLOSED;
    this.#dispatch(new ErrorEvent("error", { message: "", error }));
  }

  async #run() {
    while (this.#state !== STATES.CLOSED) {
      const outcome = await this.#attempt();
      if (outcome !== null) return this.#fail(outcome.error);
      if (this.#state === STATES.CLOSED) return;
      this.#state = STATES.CONNECTING;
      this.#dispatch(new ErrorEvent("error", { message: "" }));
      const wait = MathMin(MathMax(this.#parser.retryMs, RETRY_MS_MIN), RETRY_MS_MAX);
      await new Promise((resolve) => timers.setTimeout(resolve, wait));
    }
  }

  /** One connection, to its end; not null if there is no use in another one. */
  async #attempt() {
    this.#abort = new AbortController();
    const headers = { accept: "text/event-stream", "cache-control": "no-cache" };
    if (this.#parser.lastId !== "") headers["last-event-id"] = this.#parser.lastId;
    const request = new requests.Request(this.#url, { headers, signal: this.#abort.signal });
    try {
      const answer = this.#fetcher === null ? fetching.fetch(request) : this.#fetcher.fetch(request);
      const response = await answer;
      const type = response.headers.get("content-type") ?? "";
      if (response.status !== 200 || !StringPrototypeStartsWith(type, "text/event-stream") || response.body === null) {
        return { error: new Error("The response is not an event stream.") };
      }
      if (this.#state === STATES.CLOSED) return { error: undefined };
      this.#state = STATES.OPEN;
      this.#dispatch(new OpenEvent("open"));
      await this.#read(response.body);
      return null;
    } catch {
      // A connection that breaks is made again.
      return null;
    }
  }

  async #read(stream) {
    const decoder = new TextDecoder();
    const reader = stream.getReader();
    while (this.#state !== STATES.CLOSED) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#parser.feed(typeof value === "string" ? value : decoder.decode(value, { stream: true }));
    }
    await reader.cancel();
  }

}

ObjectDefineProperty(EventSource.prototype, Symbol.dispose, {
  __proto__: null,
  value: EventSource.prototype.close,
  writable: true,
  enumerable: false,
  configurable: true,
});

for (const name in STATES) {
  const constant = { __proto__: null, value: STATES[name], enumerable: true, configurable: true };
  ObjectDefineProperty(EventSource, name, constant);
  ObjectDefineProperty(EventSource.prototype, name, constant);
}
for (const type of ["open", "message", "error"]) defineEventHandler(EventSource.prototype, type);
webidl.configureInterface(EventSource);
clone.refuseCloning(EventSource);
byKeys(EventSource, ["url", "withCredentials", "readyState", "onopen", "onmessage", "onerror"]);

return { EventSource };
})();
