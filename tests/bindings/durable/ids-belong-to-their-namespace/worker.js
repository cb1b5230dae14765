import { DurableObject } from "cloudflare:workers";
import { checks, equal, throws } from "../../../assert.mjs";

export class Thing extends DurableObject {
  fetch() {
    return Response.json([this.ctx.id.name ?? null, String(this.ctx.id), this.ctx.id.jurisdiction ?? null]);
  }
}
export class Other extends Thing {}

const seen = async (stub) => (await stub.fetch("http://object/")).json();

export default checks({
  async "a name leads to one object"({ OBJECTS }) {
    const id = OBJECTS.idFromName("a");
    equal([id.name, id.equals(OBJECTS.idFromName("a")), id === OBJECTS.idFromName("a")], ["a", true, false]);
    equal(id.equals(OBJECTS.idFromName("b")), false);
    equal(await seen(OBJECTS.getByName("a")), ["a", String(id), null]);
    equal(await seen(OBJECTS.get(OBJECTS.idFromString(String(id)))), ["a", String(id), null]);
    equal(await seen(OBJECTS.getByName("")), ["", String(OBJECTS.idFromName("")), null]);
    equal(String(OBJECTS.idFromName(undefined)), String(OBJECTS.idFromName("undefined")));
  },

  async "an id of its own has no name"({ OBJECTS }) {
    const id = OBJECTS.newUniqueId();
    equal([id.name, /^[0-9a-f]{64}$/.test(String(id)), id.equals(OBJECTS.newUniqueId())], [undefined, true, false]);
    equal(await seen(OBJECTS.get(id)), [null, String(id), null]);
  },

  "an id is checked"({ OBJECTS, OTHERS }) {
    const bad = "Invalid Durable Object ID: must be 64 hex digits";
    throws(() => OBJECTS.idFromString("x"), "TypeError", bad);
    const foreign = "Durable Object ID is not valid for this namespace.";
    throws(() => OBJECTS.idFromString("0".repeat(64)), "TypeError", foreign);
    throws(() => OBJECTS.idFromString(String(OTHERS.idFromName("a"))), "TypeError", foreign);
    const upper = String(OBJECTS.idFromName("a")).toUpperCase();
    equal(String(OBJECTS.idFromString(upper)), upper.toLowerCase());
    equal(OBJECTS.idFromString(upper).name, undefined);
    const type = "Failed to execute 'get' on 'DurableObjectNamespace': parameter 1 is not of type 'DurableObjectId'.";
    throws(() => OBJECTS.get("x"), "TypeError", type);
    throws(() => OBJECTS.get(), "TypeError", type);
    throws(
      () => OBJECTS.idFromName(),
      "TypeError",
      "Failed to execute 'idFromName' on 'DurableObjectNamespace': parameter 1 is not of type 'string'.",
    );
    throws(
      () => OBJECTS.idFromName("a").equals(5),
      "TypeError",
      "Failed to execute 'equals' on 'DurableObjectId': parameter 1 is not of type 'DurableObjectId'.",
    );
  },

  "a stub says who it is for"({ OBJECTS }) {
    const stub = OBJECTS.getByName("a");
    equal([stub.name, String(stub.id)], ["a", String(OBJECTS.idFromName("a"))]);
    equal(OBJECTS.get(OBJECTS.newUniqueId()).name, undefined);
    OBJECTS.get(OBJECTS.idFromName("a"), { locationHint: "weur", routingMode: "primary-only" });
    throws(
      () => OBJECTS.get(OBJECTS.idFromName("a"), { routingMode: "x" }),
      "RangeError",
      "unknown routingMode: x",
    );
    equal(JSON.stringify(OBJECTS.idFromName("a")), '{"name":"a"}');
    throws(
      () => structuredClone(OBJECTS.idFromName("a")),
      "DataCloneError",
      'Could not serialize object of type "DurableObjectId". This type does not support serialization.',
    );
    throws(() => new OBJECTS.constructor(), "TypeError", "Illegal constructor");
  },

  async "jurisdictions are kept apart"({ OBJECTS }) {
    const eu = OBJECTS.jurisdiction("eu");
    const id = eu.idFromName("a");
    equal([id.jurisdiction, String(id) === String(OBJECTS.idFromName("a"))], ["eu", false]);
    equal(OBJECTS.idFromString(String(id)).jurisdiction, "eu");
    equal(OBJECTS.newUniqueId({ jurisdiction: "us" }).jurisdiction, "us");
    equal(await seen(eu.get(id)), ["a", String(id), "eu"]);
    throws(
      () => eu.get(OBJECTS.idFromName("a")),
      "TypeError",
      "get called on jurisdictional subnamespace with an ID from a different jurisdiction",
    );
    throws(() => OBJECTS.jurisdiction("mars"), "TypeError");
  },
});
