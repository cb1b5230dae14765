addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname === "/late") return event.respondWith(scheduler.wait(1000).then(() => new Response("late")));
  if (pathname === "/throws") throw new RangeError("thrown in a listener");
  if (pathname === "/wrong") event.respondWith("no promise");
  if (pathname === "/refused") return refuse(event);
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

function refuse(event) {
  const refusals = [];
  const attempt = (action) => {
    try {
      action();
      refusals.push("taken");
    } catch (error) {
      refusals.push(`${error.name}: ${error.message}`);
    }
  };
  attempt(() => event.respondWith());
  attempt(() => event.respondWith({}));
  attempt(() => event.waitUntil());
  attempt(() => new FetchEvent("fetch"));
  event.respondWith(scheduler.wait(1).then(() => Response.json(refusals)));
  attempt(() => event.respondWith(new Response("again")));
  event.waitUntil(scheduler.wait(2).then(() => attempt(() => event.respondWith(new Response("late")))).then(() => console.log(refusals.at(-1))));
}

async function handle(request) {
  if (new URL(request.url).pathname === "/kv") return new Response(`${await KV.get("cron")}`);
  return new Response(`${NAME} ${typeof env}`);
}
