import { checks, equal } from "../../assert.mjs";

const greeting = async (name) => (await import(`./lang/${name}.js`)).default;

export default checks({
  async "by a template"() {
    equal(await greeting("de"), "hallo");
    equal(await greeting("deep/en"), "hello");
  },
  async "by a sum"() {
    const name = ["a"].join();
    equal((await import("./data/" + name + ".json")).default, { answer: 42 });
  },
  async "and say which file there is not"() {
    const error = await greeting("fr").catch((error) => error);
    equal([error.name, error.message], ["Error", "Module not found in bundle: ./lang/fr.js"]);
  },
});
