import { checks, equal, ok, throws } from "../../assert.mjs";

export default checks({
  "names that are there"() {
    const names = `AbortController AbortSignal Blob ByteLengthQueuingStrategy CloseEvent CompressionStream
      CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream ErrorEvent Event EventTarget
      ExtendableEvent FetchEvent File FixedLengthStream FormData Headers IdentityTransformStream MessageChannel
      MessageEvent MessagePort Navigator Performance PromiseRejectionEvent ReadableByteStreamController ReadableStream
      ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader
      Request Response ScheduledEvent ServiceWorkerGlobalScope SubtleCrypto TextDecoder TextDecoderStream TextEncoder
      TextEncoderStream TransformStream TransformStreamDefaultController URL URLPattern URLSearchParams WebAssembly
      WorkerGlobalScope WritableStream WritableStreamDefaultController WritableStreamDefaultWriter addEventListener
      atob btoa clearInterval clearTimeout console crypto dispatchEvent fetch navigator performance queueMicrotask
      removeEventListener reportError scheduler self setInterval setTimeout structuredClone`;
    const missing = names.split(/\s+/).filter((name) => !(name in globalThis));
    equal(missing, []);
  },
  "names that are not"() {
    const names = `Deno Worker SharedWorker XMLHttpRequest localStorage indexedDB document window require module
      BroadcastChannel __bootstrap __edgeemu`;
    equal(names.split(/\s+/).filter((name) => name in globalThis), []);
  },
  "it is itself"() {
    ok(self === globalThis);
    equal(Object.prototype.toString.call(globalThis), "[object ServiceWorkerGlobalScope]");
    ok(globalThis instanceof ServiceWorkerGlobalScope, "it is no ServiceWorkerGlobalScope");
    equal(origin, "null");
  },
  "the navigator"() {
    equal([navigator.userAgent, navigator.hardwareConcurrency, navigator.language], ["Cloudflare-Workers", 1, "en"]);
    throws(() => new Navigator(), "TypeError", "Illegal constructor");
  },
  "structuredClone"() {
    const value = { date: new Date(5), map: new Map([[1, new Set([2])]]), bytes: new Uint8Array([1, 2]), list: [1, , 3] };
    value.self = value;
    const copy = structuredClone(value);
    ok(copy !== value && copy.self === copy);
    equal([copy.date.getTime(), [...copy.map.get(1)], [...copy.bytes], 1 in copy.list], [5, [2], [1, 2], false]);
    throws(() => structuredClone(() => {}), "DataCloneError");
    const buffer = new ArrayBuffer(4);
    equal([structuredClone(buffer, { transfer: [buffer] }).byteLength, buffer.byteLength], [4, 0]);
  },
  "events"() {
    const target = new EventTarget();
    const heard = [];
    target.addEventListener("x", (event) => heard.push([event.type, event.detail]), { once: true });
    target.dispatchEvent(new CustomEvent("x", { detail: 7 }));
    target.dispatchEvent(new CustomEvent("x"));
    equal(heard, [["x", 7]]);
  },
  "DOMException"() {
    const error = new DOMException("text", "DataCloneError");
    equal([error.name, error.message, error.code, error instanceof Error], ["DataCloneError", "text", 25, true]);
  },
  async "message channels"() {
    const { port1, port2 } = new MessageChannel();
    const got = new Promise((resolve) => port2.onmessage = ({ data }) => resolve(data));
    port1.postMessage({ a: [1] });
    equal(await got, { a: [1] });
    port1.close();
  },
  async "blobs and files"() {
    const blob = new Blob(["ab", new Uint8Array([99])], { type: "X/Y" });
    equal([blob.size, blob.type, await blob.text(), await blob.slice(1, 2).text()], [3, "x/y", "abc", "b"]);
    const file = new File(["x"], "name", { lastModified: 5 });
    equal([file.name, file.lastModified, file instanceof Blob], ["name", 5, true]);
  },
});
