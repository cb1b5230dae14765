import { checks, rejects, throws } from "../../assert.mjs";

const TEXT = "Code generation from strings disallowed for this context";
const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

export default checks({
  "eval"() {
    throws(() => (0, eval)("1 + 1"), "EvalError", TEXT);
  },
  "new Function"() {
    throws(() => new Function("return 1"), "EvalError", TEXT);
    throws(() => new (async () => {}).constructor("return 1"), "EvalError", TEXT);
  },
  "WebAssembly from bytes"() {
    throws(() => new WebAssembly.Module(EMPTY_MODULE), "CompileError", /Wasm code generation disallowed by embedder$/);
  },
  async "WebAssembly from bytes, asynchronously"() {
    await rejects(() => WebAssembly.compile(EMPTY_MODULE), "CompileError", /Wasm code generation disallowed by embedder$/);
    await rejects(() => WebAssembly.instantiate(EMPTY_MODULE), "CompileError", /Wasm code generation disallowed by embedder$/);
  },
});
