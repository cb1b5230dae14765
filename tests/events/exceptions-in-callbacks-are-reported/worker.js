export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/timer") {
      setTimeout(() => {
        throw new RangeError("in a timer");
      }, 10);
      await scheduler.wait(20);
    }
    if (pathname === "/listener") {
      const target = new EventTarget();
      target.addEventListener("x", () => {
        throw new RangeError("in a listener");
      });
      target.addEventListener("x", () => console.log("the next listener"));
      try {
        target.dispatchEvent(new Event("x"));
      } catch (error) {
        // Other platforms report it; here whoever dispatches gets it.
        console.log(`caught ${error}`);
      }
    }
    if (pathname === "/report") reportError(new RangeError("reported"));
    if (pathname === "/microtask") {
      queueMicrotask(() => {
        throw new RangeError("in a microtask");
      });
      await scheduler.wait(1);
    }
    return new Response("answered all the same");
  },
};
