import { checks, equal } from "../../assert.mjs";
import { First, table } from "./first.js";

export default checks({
  "what comes later is undefined while the other module runs"() {
    equal(First.other().seen, ["undefined", "undefined"]);
  },
  "and there afterwards"() {
    equal([First.name, table], ["First", { a: 1 }]);
  },
});
