import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

export default checks({
  "names that are there"() {
    const names = `AbortController AbortSignal Blob ByteLengthQueuingStrategy CloseEvent CompressionStream
      CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream ErrorEvent Event EventTarget
      ExtendableEvent FetchEvent File FixedLengthStream FormData Headers IdentityTransformStream MessageChannel
      MessageEvent MessagePort Navigator PromiseRejectionEvent ReadableByteStreamController ReadableStream
      ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader
      Request Response ScheduledEvent ServiceWorkerGlobalScope SubtleCrypto TextDecoder TextDecoderStream TextEncoder
      TextEncoderStream TransformStream TransformStreamDefaultController URL URLPattern URLSearchParams WebAssembly
      WorkerGlobalScope WritableStream WritableStreamDefaultController WritableStreamDefaultWriter addEventListener
      atob btoa clearInterval clearTimeout console crypto dispatchEvent fetch navigator performance queueMicrotask
      removeEventListener reportError scheduler self setInterval setTimeout structuredClone Cloudflare
      FinalizationRegistry SharedArrayBuffer WeakRef origin`;
    const missing = names.split(/\s+/).filter((name) => !(name in globalThis));
    equal(missing, []);
  },
  "names that are not"() {
    const names = `Deno Worker SharedWorker XMLHttpRequest localStorage indexedDB document window require module
      BroadcastChannel __bootstrap __edgeemu Performance Temporal importScripts`;
    equal(names.split(/\s+/).filter((name) => name in globalThis), []);
  },
  "most of it is inherited"() {
    const engine = new Set(Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]/.test(name) && name !== "Cloudflare"));
    const own = Object.keys(globalThis).filter((name) => !engine.has(name));
    equal(own.sort(), ["Cloudflare", "caches", "crypto", "navigator", "origin", "performance", "scheduler", "self"]);
    const inherited = Object.keys(ServiceWorkerGlobalScope.prototype);
    for (const name of ["Headers", "fetch", "setTimeout", "structuredClone"]) ok(inherited.includes(name), name);
    ok(!Object.keys(globalThis).includes("console"));
    equal(Object.getOwnPropertySymbols(globalThis), []);
    for (const name of ["atob", "fetch", "queueMicrotask", "setTimeout"]) equal("prototype" in globalThis[name], false, name);
  },
  "members that production does not have"() {
    ok(!("textStream" in Blob.prototype) && !("ref" in MessagePort.prototype) && !("getParent" in EventTarget.prototype));
    equal(Object.getOwnPropertyNames(WebAssembly).includes("compileStreaming"), false);
    const seen = [];
    for (const name in performance) seen.push(name);
    equal(seen.sort(), ["now", "timeOrigin"]);
    throws(() => URL.createObjectURL(new Blob([])), "Error", "URL.createObjectURL() is not implemented");
  },
  "compatibility flags"() {
    equal([Cloudflare.compatibilityFlags.global_navigator, Boolean(Cloudflare.compatibilityFlags.nodejs_als)], [true, false]);
  },
  "it is itself"() {
    ok(self === globalThis);
    equal(Object.prototype.toString.call(globalThis), "[object ServiceWorkerGlobalScope]");
    ok(globalThis instanceof ServiceWorkerGlobalScope, "it is no ServiceWorkerGlobalScope");
    equal(origin, "null");
  },
  "the navigator"() {
    equal([navigator.userAgent, navigator.hardwareConcurrency, navigator.language], ["Cloudflare-Workers", 1, "en"]);
    equal([navigator.languages, navigator.platform], [["en"], ""]);
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
  "structuredClone of what the platform makes"() {
    const headers = structuredClone(new Headers([["b", "1"], ["set-cookie", "x"], ["set-cookie", "y"]]));
    headers.set("a", "2");
    equal([...headers], [["a", "2"], ["b", "1"], ["set-cookie", "x"], ["set-cookie", "y"]]);
    const request = structuredClone(new Request("https://x/", { method: "PUT", headers: { a: "1" }, redirect: "manual" }));
    equal([request.method, request.url, request.headers.get("a"), request.redirect], ["PUT", "https://x/", "1", "manual"]);
    equal(structuredClone(new Response(null, { status: 204 })).status, 204);
    ok(structuredClone({ deep: [new Headers({ a: "1" })] }).deep[0] instanceof Headers);
    equal(structuredClone(new Blob(["ab"])).size, 2);
    const stream = "ReadableStream can only be serialized for RPC.";
    for (const value of [new Response("x"), new ReadableStream(), new Request("https://x/", { method: "POST", body: "x" })]) {
      equal(throws(() => structuredClone(value), "DataCloneError", stream).code, 25);
    }
    throws(() => structuredClone(new AbortController().signal), "DataCloneError", "AbortSignal serialization is not enabled.");
    const kinds = [
      new URL("https://x/"), new URLSearchParams(), new FormData(), new File([], "n"), crypto.subtle, new TextDecoder(),
      new AbortController(), new Event("x"), new CompressionStream("gzip"), navigator,
    ];
    for (const value of kinds) {
      const { name } = value.constructor;
      const text = `Could not serialize object of type "${name}". This type does not support serialization.`;
      throws(() => structuredClone(value), "DataCloneError", text);
    }
  },
  "structuredClone of errors"() {
    const error = structuredClone(Object.assign(new TypeError("text", { cause: 1 }), { code: 5, deep: { x: [1] } }));
    ok(error instanceof TypeError);
    equal([error.message, error.code, error.deep, error.cause, Object.keys(error)], ["text", 5, { x: [1] }, 1, ["stack", "cause", "code", "deep"]]);
    const both = structuredClone(new AggregateError([new RangeError("one"), 2], "both"));
    equal([both instanceof AggregateError, both.errors[0].message, both.errors[1]], [true, "one", 2]);
    const dom = structuredClone(new DOMException("m", "AbortError"));
    equal([dom instanceof DOMException, dom.name, dom.code], [true, "AbortError", 20]);
  },
  "structuredClone wants to know what"() {
    const call = "Failed to execute 'structuredClone' on 'ServiceWorkerGlobalScope': parameter";
    throws(() => structuredClone(), "TypeError", `${call} 1 is not of type 'Value'.`);
    throws(() => structuredClone(1, 1), "TypeError", `${call} 2 is not of type 'StructuredCloneOptions'.`);
    throws(() => structuredClone(1, { transfer: 1 }), "TypeError", "Incorrect type for the 'transfer' field on 'StructuredCloneOptions': the provided value is not of type 'Array'.");
    throws(() => structuredClone(1, { transfer: [{}] }), "TypeError", "Object is not transferable");
  },
  "events"() {
    const target = new EventTarget();
    const heard = [];
    target.addEventListener("x", (event) => heard.push([event.type, event.detail]), { once: true });
    target.dispatchEvent(new CustomEvent("x", { detail: 7 }));
    target.dispatchEvent(new CustomEvent("x"));
    equal(heard, [["x", 7]]);
  },
  "a listener that throws is the last"() {
    const target = new EventTarget();
    const heard = [];
    target.addEventListener("x", () => heard.push(1));
    target.addEventListener("x", () => {
      throw new RangeError("two");
    });
    target.addEventListener("x", () => heard.push(3));
    throws(() => target.dispatchEvent(new Event("x")), "RangeError", "two");
    equal(heard, [1]);
  },
  "events that are dispatched twice, or are none"() {
    const target = new EventTarget();
    target.addEventListener("x", (event) => target.dispatchEvent(event));
    const again = throws(() => target.dispatchEvent(new Event("x")), "InvalidStateError", "The event is already being dispatched.");
    equal(again.code, 11);
    const wrong = (member, position, type) => `Failed to execute '${member}' on 'EventTarget': parameter ${position} is not of type '${type}'.`;
    throws(() => target.dispatchEvent({}), "TypeError", wrong("dispatchEvent", 1, "Event"));
    throws(() => target.addEventListener(), "TypeError", wrong("addEventListener", 1, "string"));
    throws(() => target.addEventListener("x", 1), "TypeError", wrong("addEventListener", 2, "function or HandlerObject"));
    const field = "Incorrect type for the 'handleEvent' field on 'HandlerObject': the provided value is not of type 'function'.";
    throws(() => target.addEventListener("x", {}), "TypeError", field);
    throws(() => new Event(), "TypeError", "Failed to construct 'Event': constructor parameter 1 is not of type 'string'.");
  },
  "every event says what it is"() {
    for (const event of [new Event("x"), new CloseEvent("x"), new ErrorEvent("x"), new MessageEvent("x"), new CustomEvent("x")]) {
      equal(Object.prototype.toString.call(event), `[object ${event.constructor.name}]`);
    }
  },
  async "functions want to know what"() {
    const wrong = (member, position, type) => `Failed to execute '${member}' on 'ServiceWorkerGlobalScope': parameter ${position} is not of type '${type}'.`;
    throws(() => clearTimeout(), "TypeError", wrong("clearTimeout", 1, "Number"));
    throws(() => queueMicrotask(), "TypeError", wrong("queueMicrotask", 1, "function"));
    throws(() => btoa(), "TypeError", wrong("btoa", 1, "String"));
    throws(() => reportError(), "TypeError", wrong("reportError", 1, "Value"));
    throws(() => AbortSignal.timeout(), "TypeError", "Failed to execute 'timeout' on 'AbortSignal': parameter 1 is not of type 'number'.");
    throws(() => AbortSignal.any([1]), "TypeError", "Incorrect type for array element 0: the provided value is not of type 'AbortSignal'.");
    await rejects(scheduler.wait(), "TypeError", "Failed to execute 'wait' on 'Scheduler': parameter 1 is not of type 'number'.");
    await rejects(scheduler.wait(1, 1), "TypeError", "Failed to execute 'wait' on 'Scheduler': parameter 2 is not of type 'WaitOptions'.");
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
