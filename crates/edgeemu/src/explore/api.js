// What a test file imports as "edgeemu/test".
//
// A test runs in an isolate of its own. What it asks for are outgoing requests: those with the header `edgeemu-client`
// come from a client and go to the Worker, those to `edgeemu.control` are for the simulator.

const CONTROL = "http://edgeemu.control/";

/** Every test of the file, in order. */
const tests = [];

/** Describes a test: what clients do, and what has to hold whatever the platform does. */
export function explore(name, options, body) {
  if (typeof options === "function") [options, body] = [{}, options];
  if (typeof name !== "string" || typeof body !== "function") {
    throw new TypeError("explore(name, options, body): a name, and a function of the world");
  }
  tests.push({ name, options: options ?? {}, body });
}

/** A request of this run was left out, and the test wants to know its answer. */
class LeftOut extends Error {
  name = "LeftOut";
}

/** Where in the test file something was called, as `file:line:column`. */
function place() {
  const lines = (new Error().stack ?? "").split("\n");
  const line = lines.find((text) => /:\d+:\d+\)?$/.test(text) && !text.includes("cloudflare:edgeemu-test"));
  return line?.match(/(?:\(|at )(?:async )?(?:file:\/\/\/)?([^()\s]+:\d+:\d+)\)?$/)?.[1];
}

function millis(time) {
  if (typeof time === "number") return time;
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(time) ?? [];
  if (number === undefined) throw new TypeError(`not a time: ${time}; write "61s", "5m" or a number of milliseconds`);
  return Math.round(number * { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[unit]);
}

async function control(path, init) {
  const response = await fetch(CONTROL + path, init);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

/** Cookies as a browser keeps them, for one site. */
class Jar {
  #cookies = new Map();

  header() {
    const now = Date.now();
    const alive = [...this.#cookies].filter(([, cookie]) => cookie.until > now);
    return alive.map(([name, cookie]) => `${name}=${cookie.value}`).join("; ");
  }

  take(line) {
    const [pair, ...attributes] = line.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    if (at < 1) return;
    let until = Infinity;
    for (const attribute of attributes) {
      const [name, value = ""] = attribute.split("=");
      if (name.toLowerCase() === "expires" && until === Infinity) until = Date.parse(value) || Infinity;
      if (name.toLowerCase() === "max-age") until = Date.now() + Number(value) * 1000;
    }
    this.#cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), until });
  }

  get(name) {
    return this.#cookies.get(name)?.value;
  }

  set(name, value) {
    this.#cookies.set(name, { value, until: Infinity });
  }
}

/** What a client got for a request. Nothing of it can be looked at if the request was left out of the run. */
class Answer {
  #world;
  #what;
  #response;
  #bytes;

  constructor(world, what, response, bytes) {
    this.#world = world;
    this.#what = what;
    this.#response = response;
    this.#bytes = bytes;
  }

  #look() {
    if (this.#response.headers.has("edgeemu-left-out")) {
      this.#world.inconclusive = `the test looks at the answer to ${this.#what}`;
      throw new LeftOut(this.#world.inconclusive);
    }
    return this.#response;
  }

  get status() {
    return this.#look().status;
  }

  get ok() {
    return this.#look().ok;
  }

  get headers() {
    return this.#look().headers;
  }

  get body() {
    this.#look();
    return new TextDecoder().decode(this.#bytes);
  }

  async text() {
    return this.body;
  }

  async json() {
    return JSON.parse(this.body);
  }

  async bytes() {
    this.#look();
    return this.#bytes.slice();
  }
}

function bodyOf(body, headers) {
  const isPlain = body !== null && typeof body === "object" && [Object.prototype, null].includes(Object.getPrototypeOf(body));
  if (!isPlain && !Array.isArray(body)) return body;
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return JSON.stringify(body);
}

/** Somebody who sends requests from one place. What it sees is one session. */
class Client {
  #world;

  constructor(world, name, { colo, headers = {} }) {
    this.#world = world;
    this.name = name;
    this.colo = colo;
    this.headers = headers;
    this.cookies = new Jar();
    /** The last answer. */
    this.last = undefined;
  }

  async fetch(path, { method = "GET", headers = {}, body } = {}) {
    const all = new Headers({ ...this.headers, ...headers });
    const cookies = this.cookies.header();
    if (cookies && !all.has("cookie")) all.set("cookie", cookies);
    all.set("edgeemu-client", encodeURIComponent(this.name));
    all.set("edgeemu-colo", this.colo);
    const content = bodyOf(body, all);
    const url = new URL(path, "https://example.com");
    const response = await fetch(url, { method, headers: all, body: content, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) this.cookies.take(line);
    const answer = new Answer(this.#world, `${method} ${path} of ${this.name}`, response, await response.bytes());
    this.last = answer;
    return answer;
  }

  get(path, init) {
    return this.fetch(path, init);
  }

  post(path, body, init) {
    return this.fetch(path, { ...init, method: "POST", body });
  }

  put(path, body, init) {
    return this.fetch(path, { ...init, method: "PUT", body });
  }

  patch(path, body, init) {
    return this.fetch(path, { ...init, method: "PATCH", body });
  }

  delete(path, init) {
    return this.fetch(path, { ...init, method: "DELETE" });
  }
}

/** A KV namespace at its central store: what is there whatever caches say. */
class CentralStore {
  #path;

  constructor(binding) {
    this.#path = `kv/${encodeURIComponent(binding)}/`;
  }

  async get(key, type = "text") {
    const response = await control(`${this.#path}value/${encodeURIComponent(key)}`);
    if (response.status === 204) return null;
    return type === "json" ? response.json() : response.text();
  }

  /** What was there before the test: no client wrote it, and no cache has it. */
  async put(key, value) {
    const body = typeof value === "object" ? JSON.stringify(value) : `${value}`;
    await control(`${this.#path}value/${encodeURIComponent(key)}`, { method: "PUT", body });
  }

  async keys(prefix = "") {
    return (await control(`${this.#path}keys/${encodeURIComponent(prefix)}`)).json();
  }
}

class World {
  inconclusive = undefined;
  complaints = [];
  seen = {};
  #colos;
  #clients = new Map();

  constructor(colos) {
    this.#colos = colos;
  }

  /** A client at a location; without one it is at the first location of the test. */
  client(name, options = {}) {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const colo = (options.colo ?? this.#colos[0]).toUpperCase();
    if (!this.#colos.includes(colo)) {
      throw new Error(`the client ${name} is in ${colo}, which is not among the \`colos\` of the test: ${this.#colos.join(", ")}`);
    }
    const client = new Client(this, name, { ...options, colo });
    this.#clients.set(name, client);
    return client;
  }

  /** From now on these clients are one browser, as far as cookies go. */
  shareCookies(first, ...others) {
    for (const other of others) other.cookies = first.cookies;
  }

  /** Does several things at once: their order is up to the simulator. */
  concurrently(...deeds) {
    return Promise.all(deeds.map((deed) => (typeof deed === "function" ? deed() : deed)));
  }

  /** Lets time pass for everybody. */
  async advance(time) {
    await control(`wait/${millis(time)}`);
  }

  clock = { advance: (time) => this.advance(time) };

  /** Answers what the Worker asks of addresses that begin so. The handler has to answer at once. */
  outbound(prefix, handler) {
    this.outside.unshift([prefix, handler]);
  }

  outside = [];

  /** Waits until nothing is under way any more. */
  async settled() {
    await control("settled");
  }

  kv(binding) {
    return new CentralStore(binding);
  }

  /** What has to hold in every run. The name says what, in the words of the test. */
  always(holds, name = "an `always` of the test", text = "it does not hold") {
    if (!holds) this.complaints.push({ name, text, at: place() });
    return Boolean(holds);
  }

  never(happens, name, text = "it happened") {
    return this.always(!happens, name, text);
  }

  equal(actual, expected, name = "two values are equal") {
    const [is, wanted] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
    if (is !== wanted) this.complaints.push({ name, text: `expected ${wanted}, and it is ${is}`, at: place() });
  }

  /** What some run has to show, or the test looks at nothing. */
  sometimes(happens, name) {
    this.seen[name] = this.seen[name] || Boolean(happens);
  }
}

/** The test that runs. */
let running;

/** The answer of the world outside to a request of the Worker. */
async function fromOutside(request) {
  const headers = new Headers(request.headers);
  const url = decodeURIComponent(headers.get("edgeemu-url"));
  headers.delete("edgeemu-url");
  const handler = running?.outside.find(([prefix]) => url.startsWith(prefix))?.[1];
  if (handler === undefined) return new Response(null, { status: 404, headers: { "edgeemu-nobody": "1" } });
  const body = ["GET", "HEAD"].includes(request.method) ? undefined : await request.arrayBuffer();
  return handler(new Request(url, { method: request.method, headers, body }));
}

/** Runs one test; gives everything that it had to say. */
async function run({ options, body }) {
  const world = new World((options.colos ?? ["FRA", "SFO"]).map((colo) => colo.toUpperCase()));
  running = world;
  try {
    await body(world);
  } catch (error) {
    if (!(error instanceof LeftOut)) {
      const name = `the test ends: ${error?.name ?? "Error"}`;
      const at = error?.stack?.match(/\(?(?:file:\/\/\/)?([^()\s]+:\d+:\d+)\)?/)?.[1];
      world.complaints.push({ name, text: String(error?.message ?? error), at });
    }
  }
  const { complaints, seen, inconclusive } = world;
  return Response.json({ complaints, seen, inconclusive });
}

export default {
  fetch(request) {
    const [, what, number] = new URL(request.url).pathname.split("/");
    if (what === "tests") return Response.json(tests.map(({ name, options }) => ({ name, options })));
    if (what === "outside") return fromOutside(request);
    return run(tests[Number(number)]);
  },
};
