import { checks, equal, rejects, throws } from "../../../assert.mjs";

const VALUES = "JsReadableStream or ArrayBuffer or ArrayBufferView or string or Blob";
const parameter = (method, position, type) =>
  `Failed to execute '${method}' on 'R2Bucket': parameter ${position} is not of type '${type}'.`;
const NAME = "The specified object name is not valid. (10020)";

export default checks({
  async "values"({ R2 }) {
    for (const value of [5, {}, [], true, 10n, new Response("x"), new String("x"), () => 1, new FormData()]) {
      await rejects(() => R2.put("v", value), "TypeError", parameter("put", 2, VALUES));
    }
    await rejects(() => R2.put("v"), "TypeError", parameter("put", 2, VALUES));
    equal(await R2.head("v"), null);
  },
  async "keys"({ R2 }) {
    await R2.put("x".repeat(1024), "v");
    const long = "x".repeat(1025);
    await rejects(() => R2.put(long, "v"), "Error", `put: ${NAME}`);
    await rejects(() => R2.put("\u00e9".repeat(513), "v"), "Error", `put: ${NAME}`);
    await rejects(() => R2.get(long), "Error", `get: ${NAME}`);
    await rejects(() => R2.head(long), "Error", `head: ${NAME}`);
    await rejects(() => R2.delete(["a", long]), "Error", `delete: ${NAME}`);
    await rejects(() => R2.createMultipartUpload(long), "Error", `createMultipartUpload: ${NAME}`);
    await rejects(() => R2.get(Symbol("x")), "TypeError", "Cannot convert a Symbol value to a string");
    for (const method of ["get", "head", "put", "createMultipartUpload"]) {
      await rejects(() => R2[method](), "TypeError", parameter(method, 1, "string"));
    }
    await rejects(() => R2.delete(), "TypeError", parameter("delete", 1, "string or Array"));
    throws(() => R2.resumeMultipartUpload("a"), "TypeError", parameter("resumeMultipartUpload", 2, "string"));
    throws(() => R2.get.call({}, "k"), "TypeError");
  },
  async "options"({ R2 }) {
    await rejects(() => R2.put("k", "v", 5), "TypeError", parameter("put", 3, "PutOptions"));
    await rejects(() => R2.get("k", "x"), "TypeError", parameter("get", 2, "GetOptions"));
    await rejects(() => R2.list(5), "TypeError", parameter("list", 1, "ListOptions"));
    const field = (name, type) =>
      `Incorrect type for the '${name}' field on 'PutOptions': the provided value is not of type '${type}'.`;
    const put = (options, message) => rejects(() => R2.put("k", "v", options), "TypeError", message);
    await put({ httpMetadata: "x" }, field("httpMetadata", "HttpMetadata or Headers"));
    await put({ customMetadata: null }, field("customMetadata", "object"));
    await put({ customMetadata: [] }, field("customMetadata", "object"));
    await put({ md5: 5 }, field("md5", "BufferSource or string"));
    const expiry = "Incorrect type for the 'cacheExpiry' field on 'HttpMetadata': the provided value is not of type " +
      "'date'.";
    await put({ httpMetadata: { cacheExpiry: "2020-01-01" } }, expiry);
  },
  async "checksums"({ R2 }) {
    const put = (options, name, message) => rejects(() => R2.put("k", "value", options), name, message);
    await put({ md5: "ab" }, "TypeError", "MD5 is 32 hex characters, not 2");
    await put({ md5: "zz".repeat(16) }, "TypeError", "Provided MD5 wasn't a valid hex string");
    await put({ sha256: new Uint8Array(3) }, "TypeError", "SHA-256 is 32 bytes, not 3");
    await put({ md5: "0".repeat(32), sha1: "x" }, "TypeError", "You cannot specify multiple hashing algorithms.");
    const wrong = "put: The MD5 checksum you specified did not match what we received.\n" +
      `You provided a MD5 checksum with value: ${"0".repeat(32)}\n` +
      "Actual MD5 was: 2063c1608d6e0baf80249c42e2be5804 (10037)";
    await put({ md5: new Uint8Array(16) }, "Error", wrong);
    equal(await R2.head("k"), null);
  },
  async "more metadata than there may be"({ R2 }) {
    const message = "put: Your metadata headers exceed the maximum allowed metadata size. (10012)";
    await R2.put("m", "v", { customMetadata: { a: "x".repeat(8191) } });
    await rejects(() => R2.put("m", "v", { customMetadata: { a: "x".repeat(8192) } }), "Error", message);
    await rejects(() => R2.put("m", "v", { customMetadata: { a: "\u65e5".repeat(4096) } }), "Error", message);
  },
  async "more than a thousand keys at once"({ R2 }) {
    const keys = Array.from({ length: 1001 }, (_, index) => `${index}`);
    await rejects(() => R2.delete(keys), "Error");
    await R2.delete(keys.slice(1));
  },
});
