// `caches`: shapes of the Cache API. What is stored, and what a match answers, is decided by the host.
(function () {
const { core, internals, primordials } = __bootstrap;
const { body, byKeys, clone, context, convert, errors, fetching, headers, native, requests, responses } =
  internals.parts;
const { argumentError, illegalConstructor, illegalInvocation } = errors;
const {
  Error,
  JSONParse,
  ObjectDefineProperty,
  PromiseReject,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  TypeError,
} = primordials;

const { ops } = core;
const webidl = core.loadExtScript("ext:deno_webidl/00_webidl.js");
const { URL } = core.loadExtScript("ext:deno_web/00_url.js");

const CREATE = { __proto__: null };

function notImplemented(method, owner) {
  return new Error(`Failed to execute '${method}' on '${owner}': the method is not implemented.`);
}

/** The request that a key stands for, and the key itself. */
function keyOf(input) {
  const request = requests.isRequest(input) ? input : new requests.Request(input);
  const key = request.cf?.cacheKey ?? request.url;
  const text = `${key}`;
  const hash = StringPrototypeIndexOf(text, "#");
  return { request, key: hash === -1 ? text : StringPrototypeSlice(text, 0, hash) };
}

/** @returns {boolean} whether the key is one of HTTP */
function isHttp(key) {
  const url = URL.parse(key);
  if (url === null || url.host === "") ops.op_cache_invalid_key();
  return StringPrototypeStartsWith(key, "http:") || StringPrototypeStartsWith(key, "https:");
}

function requireHttp(key) {
  if (!isHttp(key)) throw new TypeError(`Fetch API cannot load: ${key}`);
}

/** Reads the arguments of match and delete; null if the request is none that can be in a cache. */
function query(method, args) {
  if (args.length < 1) throw argumentError(method, "Cache", 1, "Request or string");
  const options = convert.toOptions(args[1], () => argumentError(method, "Cache", 2, "CacheQueryOptions"));
  const { request, key } = keyOf(args[0]);
  context.requireIo();
  if (!options.ignoreMethod && request.method !== "GET") return null;
  requireHttp(key);
  return { request, key };
}

async function matchIn(name, args) {
  const wanted = query("match", args);
  if (wanted === null) return undefined;
  const wire = headers.headerListToWire(wanted.request.headers);
  const answer = ops.op_cache_match(name, wanted.key, wire);
  if (answer === null) return undefined;
  const found = JSONParse(answer);
  const head = {
    status: found.status,
    statusText: "",
    headers: found.headers,
    url: "",
    redirected: false,
    // The body is as it was stored, encoded if it was.
    manualEncoding: true,
  };
  const source = found.body === null
    ? null
    : { kind: body.NATIVE, data: new native.NativeSource(found.body), stream: null };
  return responses.responseFromHost(head, source);
}

async function deleteIn(name, args) {
  const wanted = query("delete", args);
  return wanted !== null && ops.op_cache_delete(name, wanted.key);
}

async function putIn(name, args) {
  if (args.length < 1) throw argumentError("put", "Cache", 1, "Request or string");
  const { request, key } = keyOf(args[0]);
  const response = args[1];
  if (!responses.isResponse(response)) throw argumentError("put", "Cache", 2, "Response");
  context.requireIo();
  const { status } = response;
  ops.op_cache_check(request.method, status, response.headers.get("vary") ?? "");
  const http = isHttp(key);
  if (response.webSocket !== null) {
    throw new TypeError(
      "Worker tried to return a WebSocket in a response to a request which did not contain the header " +
        '"Upgrade: websocket".',
    );
  }
  if (body.isUsed(response)) throw errors.usedBodyError();
  if (body.isLocked(response)) throw errors.lockedContentError();
  const wire = headers.headerListToWire(response.headers);
  const authorized = request.headers.has("authorization");
  const source = await responses.encodedSource(response);
  if (!http) return;
  await fetching.sendSource(source, (content) => ops.op_cache_put(name, key, authorized, status, wire, content));
}

class Cache {
  /** @type {string | null} null for the default cache */
  #name;

  constructor(token = undefined, name = undefined) {
    if (token !== CREATE) throw illegalConstructor();
    this.#name = name;
  }

  match() {
    if (this == null || !(#name in this)) return PromiseReject(illegalInvocation());
    return matchIn(this.#name, arguments);
  }

  put() {
    if (this == null || !(#name in this)) return PromiseReject(illegalInvocation());
    return putIn(this.#name, arguments);
  }

  delete() {
    if (this == null || !(#name in this)) return PromiseReject(illegalInvocation());
    return deleteIn(this.#name, arguments);
  }

  add() {
    throw notImplemented("add", "Cache");
  }

  addAll() {
    throw notImplemented("addAll", "Cache");
  }

  matchAll() {
    throw notImplemented("matchAll", "Cache");
  }

  keys() {
    throw notImplemented("keys", "Cache");
  }
}

class CacheStorage {
  #own = true;

  constructor(token = undefined) {
    if (token !== CREATE) throw illegalConstructor();
  }

  async open(name) {
    if (this == null || !(#own in this)) throw illegalInvocation();
    if (arguments.length < 1) throw argumentError("open", "CacheStorage", 1, "string");
    const text = convert.toUsvString(name);
    ops.op_cache_open(text);
    return new Cache(CREATE, text);
  }

  match() {
    throw notImplemented("match", "CacheStorage");
  }

  has() {
    throw notImplemented("has", "CacheStorage");
  }

  delete() {
    throw notImplemented("delete", "CacheStorage");
  }

  keys() {
    throw notImplemented("keys", "CacheStorage");
  }
}

for (const constructor of [Cache, CacheStorage]) {
  webidl.configureInterface(constructor);
  clone.refuseCloning(constructor);
}
byKeys(Cache, []);
byKeys(CacheStorage, ["default"]);

const caches = new CacheStorage(CREATE);
// In production it is a property of each object.
ObjectDefineProperty(caches, "default", {
  __proto__: null,
  value: new Cache(CREATE, null),
  writable: false,
  enumerable: true,
  configurable: true,
});

return { Cache, CacheStorage, caches };
})();
