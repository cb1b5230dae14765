// What Workers that test themselves use. A failed check throws, and the suite prints the stack.

/** Makes a Worker of named checks. Each is run by a request of its own: `(env, ctx, request) => …`. */
export function checks(table) {
  return {
    async fetch(request, env, ctx) {
      const name = new URL(request.url).searchParams.get("check");
      if (name === null) return Response.json({ checks: Object.keys(table) });
      await table[name](env, ctx, request);
      return new Response("ok");
    },
  };
}

/** Text that tells apart what `===` tells apart, and the parts of objects. */
function show(value) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function" || typeof value === "symbol" || value === undefined) return String(value);
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number") return String(value);
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${[...new Uint8Array(value)]})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${[...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]})`;
  if (value instanceof Map) return `Map${show([...value])}`;
  if (value instanceof Set) return `Set${show([...value])}`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value)?.constructor === Object) {
    return `{${Object.keys(value).map((key) => `${JSON.stringify(key)}: ${show(value[key])}`).join(", ")}}`;
  }
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : JSON.stringify(value);
}

/** Both are the same value, or objects, lists, maps, buffers with the same content. */
export function equal(actual, expected, what = "") {
  const [is, wanted] = [show(actual), show(expected)];
  if (is !== wanted) throw new Error(`${what && `${what}: `}is ${is}, expected ${wanted}`);
}

/** It is the very same value. */
export function same(actual, expected, what = "") {
  if (!Object.is(actual, expected)) throw new Error(`${what && `${what}: `}not the same: ${show(actual)}, ${show(expected)}`);
}

/** It holds. */
export function ok(value, what = "it does not hold") {
  if (!value) throw new Error(what);
}

/** `text` contains `part`. */
export function includes(text, part) {
  if (!String(text).includes(part)) throw new Error(`${JSON.stringify(text)} lacks ${JSON.stringify(part)}`);
}

function compare(error, name, message) {
  equal(error?.name, name, `name of ${show(error)}`);
  if (message instanceof RegExp) ok(message.test(error.message), `${JSON.stringify(error.message)} is not ${message}`);
  else if (message !== undefined) equal(error.message, message, "message");
  return error;
}

/** `action` throws an error with this name and exactly this message, or one that a regular expression describes. */
export function throws(action, name, message) {
  let result;
  try {
    result = action();
  } catch (error) {
    return compare(error, name, message);
  }
  throw new Error(`nothing was thrown, expected ${name} ${message ?? ""}; got ${show(result)}`);
}

/** The promise, or what the function returns, rejects like this. */
export async function rejects(action, name, message) {
  let result;
  try {
    result = await (typeof action === "function" ? action() : action);
  } catch (error) {
    return compare(error, name, message);
  }
  throw new Error(`nothing was thrown, expected ${name} ${message ?? ""}; got ${show(result)}`);
}

/** Bytes as text of two hexadecimal digits each. */
export function hex(bytes) {
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [...view].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Everything in a stream, as text. */
export function readText(stream) {
  return new Response(stream).text();
}
