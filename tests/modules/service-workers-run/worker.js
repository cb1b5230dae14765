addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname === "/late") return event.respondWith(scheduler.wait(1000).then(() => new Response("late")));
  if (pathname === "/throws") throw new RangeError("thrown in a listener");
  if (pathname === "/twice") {
    event.respondWith(new Response("first"));
    event.respondWith(new Response("second"));
  }
  event.waitUntil(KV.put("seen", pathname));
  event.respondWith(handle(event.request));
});

addEventListener("scheduled", (event) => {
  event.waitUntil(KV.put("cron", `${event.cron} ${event.scheduledTime}`));
});

async function handle(request) {
  if (new URL(request.url).pathname === "/kv") return new Response(`${await KV.get("cron")}`);
  return new Response(`${NAME} ${typeof env}`);
}
