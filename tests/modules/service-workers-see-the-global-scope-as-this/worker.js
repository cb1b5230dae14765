const outer = this;
this.added = "added through this";
implicit = 010;
const inArrow = () => this;

class Holder {
  own = this;
}

addEventListener("fetch", (event) => {
  const seen = [outer === globalThis, inArrow() === self, typeof added, implicit, new Holder().own instanceof Holder];
  event.respondWith(new Response(JSON.stringify(seen.concat(sloppy()))));
});

function sloppy() {
  return this === globalThis;
}
