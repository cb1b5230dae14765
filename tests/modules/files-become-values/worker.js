import { checks, equal, ok } from "../../assert.mjs";
import page from "./page.html";
import note from "./note.txt";
import readme from "./guide.md";
import data from "./data.bin";
import settings from "./settings.json";
import add from "./add.wasm";
import query from "./query.sql";

export default checks({
  "text"() {
    equal([page, note, readme], ["<p>page</p>\n", "note \u00e9\n", "# guide\n"]);
    equal(query, "select 1;\n");
  },
  "data"() {
    ok(data instanceof ArrayBuffer);
    equal([...new Uint8Array(data)], [0, 255, 1, 254]);
  },
  "JSON"() {
    equal(settings, { name: "suite", list: [1, 2] });
  },
  "WebAssembly"() {
    ok(add instanceof WebAssembly.Module);
    equal(new WebAssembly.Instance(add).exports.add(2, 3), 5);
  },
  async "WebAssembly, asynchronously"() {
    const instance = await WebAssembly.instantiate(add);
    equal(instance.exports.add(20, 22), 42);
  },
});
