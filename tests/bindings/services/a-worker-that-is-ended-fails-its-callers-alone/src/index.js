import { RpcStub } from "cloudflare:workers";
import { checks, equal, rejects } from "../../../../assert.mjs";

const OVER = "The execution context which hosts this callback is no longer running.";
const CPU = "Worker exceeded CPU time limit.";

export default checks({
  async "a method that loops for ever is ended"({ OTHER }) {
    const others = Promise.allSettled([OTHER.wait(), OTHER.thing()]);
    await rejects(async () => await OTHER.loop(), "Error", CPU);
    equal((await others)[0].reason?.message, CPU);
    equal(await OTHER.echo(1), 1);
  },

  async "so is a request"({ OTHER }) {
    await rejects(async () => await OTHER.fetch("http://x/"), "Error", CPU);
    equal(await OTHER.echo(2), 2);
  },

  async "stubs of what has ended say so"({ OTHER }) {
    const thing = await OTHER.thing();
    equal(await thing.name(), "thing");
    await rejects(async () => await OTHER.loop(), "Error", CPU);
    await rejects(async () => await thing.name(), "Error", OVER);
    thing[Symbol.dispose]();
  },

  async "callbacks into a Worker that goes on still work"({ OTHER }) {
    const stub = new RpcStub({ f: () => "mine" });
    await rejects(async () => await OTHER.loop(stub), "Error", CPU);
    equal(await OTHER.call(() => "mine"), "mine");
  },
});
