// Makes a report after the answer. That takes 40 seconds.

export default {
  async fetch(request, { REPORTS }, ctx) {
    const make = async () => {
      await scheduler.wait(40_000);
      await REPORTS.put("report", "done");
    };
    ctx.waitUntil(make());
    return new Response("it will be there in a minute");
  },
};
