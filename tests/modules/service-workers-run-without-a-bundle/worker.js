const outer = this;
var declared = 1;

addEventListener("fetch", (event) => {
  event.respondWith(new Response(JSON.stringify([outer === globalThis, globalThis.declared, typeof globalThis.sloppy, sloppy()])));
});

function sloppy() {
  return this === globalThis;
}
