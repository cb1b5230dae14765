// Steps of an expect.json: asking, comparing, and keeping what later steps need.
import { createServer } from "node:http";

/** One walk through the steps; `ask` sends `{ method, path, headers, body }` and gives a Response. */
export class Walk {
  #saved = new Map();
  #ask;

  constructor(ask) {
    this.#ask = ask;
  }

  /** What a step is called. */
  name(step) {
    return `${step.request.method ?? "GET"} ${this.#fill(step.request.path)}`;
  }

  /** Sends the request of a step; gives the text of the answer and what is wrong with it. */
  async follow(step) {
    const { method = "GET", path, headers = {}, json, body = json && JSON.stringify(json) } = this.#fill(step.request);
    const type = json ? { "content-type": "application/json" } : {};
    const response = await this.#ask({ method, path, headers: { ...type, ...headers }, body });
    const text = await response.text();
    const found = this.#differences({ response, text }, step);
    if (found.length === 0) this.#save({ response, text }, step.save);
    return { text, found };
  }

  /** Puts what was saved in the place of `{{name}}`. */
  #fill(value) {
    if (typeof value === "string") {
      return value.replace(/\{\{(\w+)\}\}/g, (_, name) => this.#saved.get(name) ?? `{{${name} was not saved}}`);
    }
    if (Array.isArray(value)) return value.map((element) => this.#fill(element));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.#fill(member)]));
  }

  #differences({ response, text }, { status, headers = {}, body, json }) {
    const found = [];
    if (status !== undefined && response.status !== status) found.push(`status ${response.status}, expected ${status}`);
    for (const [name, value] of Object.entries(this.#fill(headers))) {
      const actual = response.headers.get(name);
      if (actual !== value) found.push(`header ${name}: ${actual}, expected ${value}`);
    }
    if (body !== undefined && text !== this.#fill(body)) found.push(`another body than ${JSON.stringify(this.#fill(body))}`);
    if (json !== undefined && !contains(parse(text), this.#fill(json))) {
      found.push(`a body without ${JSON.stringify(this.#fill(json))}`);
    }
    return found;
  }

  #save({ response, text }, rules = {}) {
    for (const [name, { json, header, before }] of Object.entries(rules)) {
      const value = header ? response.headers.get(header) : pointed(parse(text), json);
      this.#saved.set(name, before ? value?.split(before)[0] : value);
    }
  }
}

/** Objects may have more members, lists may not have more elements. */
function contains(actual, expected) {
  if (Array.isArray(expected)) {
    const sameLength = Array.isArray(actual) && actual.length === expected.length;
    return sameLength && expected.every((element, index) => contains(actual[index], element));
  }
  if (expected === null || typeof expected !== "object") return actual === expected;
  const isObject = actual !== null && typeof actual === "object" && !Array.isArray(actual);
  return isObject && Object.entries(expected).every(([key, member]) => contains(actual[key], member));
}

function pointed(value, pointer) {
  return pointer.split("/").slice(1).reduce((inside, key) => inside?.[key], value);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Starts a server that gives these answers in order; gives its address. It does not keep the program running. */
export async function serveAnswers(answers, port = 0) {
  const left = [...answers];
  const server = createServer((_, response) => {
    const { status = 200, headers = {}, body, json } = left.shift() ?? { status: 500, body: "no more answers" };
    const type = json ? { "content-type": "application/json" } : {};
    response.writeHead(status, { ...type, ...headers }).end(body ?? JSON.stringify(json));
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}

/** The WebSockets of a walk, by their names. */
export class Sockets {
  #known = new Map();
  #address;

  constructor(address) {
    this.#address = address;
  }

  /** Does what a step says; gives what is wrong, if anything is. */
  async follow({ name, open, send, close, hears = [] }) {
    if (open !== undefined) this.#known.set(name, await connect(new URL(open, this.#address)));
    const { socket, next } = this.#known.get(name);
    if (send !== undefined) socket.send(send);
    if (close !== undefined) socket.close(close);
    for (const expected of hears) {
      const heard = await next();
      const actual = typeof expected === "string" || typeof heard !== "string" ? heard : parse(heard);
      if (!contains(actual, expected)) return `heard ${JSON.stringify(heard)}, expected ${JSON.stringify(expected)}`;
    }
    return undefined;
  }
}

async function connect(url) {
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  const [heard, waiting] = [[], []];
  const hear = (thing) => (waiting.length > 0 ? waiting.shift()(thing) : heard.push(thing));
  socket.addEventListener("message", ({ data }) => hear(data));
  socket.addEventListener("close", ({ code, reason }) => hear({ closed: code, reason }));
  await new Promise((open, fail) => {
    socket.addEventListener("open", open);
    socket.addEventListener("error", () => fail(new Error(`${url} opens no WebSocket`)));
  });
  return { socket, next: () => (heard.length > 0 ? heard.shift() : new Promise((hear) => waiting.push(hear))) };
}
