import { checks, equal } from "../../assert.mjs";
import { greet, type Greeting } from "./greet";
import * as everything from "./everything";
import defaultExport from "./commonjs.cjs";

enum Colour {
  Red = 1,
  Green,
}

class Counter<T> {
  #count = 0;
  constructor(private readonly step: number, public items: T[] = []) {}
  next(): number {
    return this.#count += this.step;
  }
}

export default checks({
  "types disappear"() {
    const greeting: Greeting = { name: "Ada" };
    equal(greet(greeting satisfies Greeting), "hello Ada");
    equal([Colour.Green, Colour[1]], [2, "Red"]);
    const counter = new Counter<string>(2);
    equal([counter.next(), counter.next(), counter.items], [2, 4, []]);
  },
  "modules are put together"() {
    equal([everything.one, everything.two(), defaultExport.answer], [1, 2, 42]);
  },
  async "also those that are imported when needed"() {
    const later = await import("./later");
    equal(later.default, "loaded later");
  },
});
