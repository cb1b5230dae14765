let prevent = false;
addEventListener("unhandledrejection", (event) => {
  console.log(`heard ${event.reason.message}, ${event.promise instanceof Promise}`);
  if (prevent) event.preventDefault();
});
addEventListener("rejectionhandled", (event) => console.log("handled later"));

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    prevent = pathname === "/prevented";
    if (pathname === "/handled") {
      Promise.reject(new RangeError("caught")).catch(() => {});
      return new Response("ok");
    }
    if (pathname === "/later") {
      const promise = Promise.reject(new RangeError("for a while"));
      await scheduler.wait(1);
      promise.catch(() => {});
      await scheduler.wait(1);
      return new Response("ok");
    }
    Promise.reject(new RangeError("nobody cares"));
    return new Response("ok");
  },
};
