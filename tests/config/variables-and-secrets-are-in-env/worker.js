import { checks, equal } from "../../assert.mjs";

export default checks({
  "variables keep their JSON type"({ TEXT, NUMBER, LIST, NESTED, FLAG, NOTHING }) {
    equal([TEXT, NUMBER, LIST, NESTED, FLAG, NOTHING], ["text", 7, [1, "2"], { a: { b: true } }, false, null]);
  },
  "secrets come from .dev.vars and win"({ SECRET, OVERRIDDEN, QUOTED, MULTILINE }) {
    equal([SECRET, OVERRIDDEN, QUOTED, MULTILINE], ["s3cret", "from the file", "with spaces # and a hash", "one\ntwo"]);
  },
  "nothing else is there"(env) {
    equal(Object.keys(env).sort(), ["FLAG", "LIST", "MULTILINE", "NESTED", "NOTHING", "NUMBER", "OVERRIDDEN", "QUOTED", "SECRET", "TEXT"]);
  },
});
