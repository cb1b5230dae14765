import { DurableObject, RpcTarget, WorkerEntrypoint, WorkflowEntrypoint, env, waitUntil } from "cloudflare:workers";
import * as all from "cloudflare:workers";
import { checks, equal, ok, rejects, throws } from "../../assert.mjs";

const nameAtTopLevel = env.NAME;
const early = (() => {
  try {
    waitUntil(Promise.resolve());
  } catch (error) {
    return error;
  }
})();

export default checks({
  "env is there at top level and in handlers"(handed) {
    equal([nameAtTopLevel, env.NAME, handed.NAME], ["suite", "suite", "suite"]);
  },
  "classes to extend"() {
    for (const Class of [DurableObject, WorkerEntrypoint, WorkflowEntrypoint, RpcTarget]) equal(typeof Class, "function");
    class Mine extends RpcTarget {}
    ok(new Mine() instanceof RpcTarget);
  },
  "waitUntil belongs to a request"() {
    ok(early instanceof Error, "at top level it throws");
    waitUntil(Promise.resolve());
  },
  "everything by name"() {
    equal(["WorkerEntrypoint", "DurableObject", "WorkflowEntrypoint", "RpcTarget", "env", "waitUntil"].filter((name) => !(name in all)), []);
  },
  async "also while a request runs"() {
    const { WorkerEntrypoint: again } = await import(["cloudflare", "workers"].join(":"));
    ok(again === WorkerEntrypoint);
  },
  async "what cannot be imported is an error, and no TypeError"() {
    for (const name of ["./nowhere.js", "cloudflare:nothing", "bare", "data:text/javascript,export default 1"]) {
      const error = await rejects(import(name), "Error", `No such module "${name.replace("./", "")}".`);
      equal([error.constructor === Error, error instanceof TypeError], [true, false]);
    }
  },
  "an unknown export is undefined"() {
    equal(all.nonsense, undefined);
    throws(() => all.nonsense(), "TypeError");
  },
});
