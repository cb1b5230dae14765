// Checks that run inside of an object: each in one of its own.

import { DurableObject } from "cloudflare:workers";
import { checks } from "../../assert.mjs";

/** A class whose `fetch` runs the check that is named in the URL. */
export function insideClass(table) {
  return class extends DurableObject {
    async fetch(request) {
      const name = new URL(request.url).searchParams.get("check");
      await table[name](this.ctx, this.env, this);
      return new Response("ok");
    }

    alarm() {}
  };
}

/** A Worker whose checks run in objects of `env.OBJECTS`. */
export function checksInside(table) {
  const ask = (name) => (env) => env.OBJECTS.getByName(name).fetch(`http://object/?check=${encodeURIComponent(name)}`);
  return checks(Object.fromEntries(Object.keys(table).map((name) => [name, ask(name)])));
}
