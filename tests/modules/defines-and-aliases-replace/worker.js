import { checks, equal } from "../../assert.mjs";
import name from "real-package";

export default checks({
  "defines"() {
    equal([VERSION, FLAG], ["1.2.3", true]);
  },
  "aliases"() {
    equal(name, "stand-in");
  },
});
