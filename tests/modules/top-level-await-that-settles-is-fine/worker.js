import { equal } from "../../assert.mjs";

const value = await Promise.resolve(7).then((seven) => seven * 6);

export default {
  fetch() {
    equal(value, 42);
    return new Response("ok");
  },
};
