import { DurableObject, RpcTarget, WorkerEntrypoint, WorkflowEntrypoint, env, waitUntil } from "cloudflare:workers";
import * as all from "cloudflare:workers";
import { checks, equal, ok, throws } from "../../assert.mjs";

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
  "an unknown export is undefined"() {
    equal(all.nonsense, undefined);
    throws(() => all.nonsense(), "TypeError");
  },
});
