import { checks, equal, throws } from "../../assert.mjs";

const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const started = [
  (0, eval)("1 + 1"),
  new Function("return 3")(),
  new WebAssembly.Module(EMPTY_MODULE) instanceof WebAssembly.Module,
];

export default checks({
  "at the top level"() {
    equal(started, [2, 3, true]);
  },
  "but not in a handler"() {
    throws(() => (0, eval)("1 + 1"), "EvalError", "Code generation from strings disallowed for this context");
    throws(() => new WebAssembly.Module(EMPTY_MODULE), "CompileError", /Wasm code generation disallowed by embedder$/);
  },
});
