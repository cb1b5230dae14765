import { checks, equal } from "../../assert.mjs";

let refusal;
try {
  (0, eval)("1 + 1");
} catch (error) {
  refusal = `${error.name}: ${error.message}`;
}

export default checks({
  "it was refused"() {
    equal(refusal, "EvalError: Code generation from strings disallowed for this context");
  },
});
