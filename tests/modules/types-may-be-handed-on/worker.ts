import { checks, equal } from "../../assert.mjs";
import * as barrel from "./barrel";
import { Colour, Name, Shape } from "./barrel";

export default checks({
  "without saying that they are types"() {
    const shape: Shape = { sides: 4 };
    const name: Name = "square";
    equal([shape, name, Colour.Red], [{ sides: 4 }, "square", "red"]);
    equal(Object.keys(barrel), ["Colour"]);
  },
});
