import { checks, equal } from "../../assert.mjs";
import old from "./old.js";

export default checks({
  "with octal numbers and comments of HTML"() {
    equal([old.number, old.red], [8, "\x1b[31m"]);
  },
});
