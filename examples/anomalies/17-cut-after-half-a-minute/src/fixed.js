// Makes a report in steps that each end within their time; whoever asks next takes the next one.

export default {
  async fetch(request, { REPORTS }, ctx) {
    const step = Number((await REPORTS.get("step")) ?? 0);
    if (step >= 2) return new Response("done");
    const make = async () => {
      await scheduler.wait(20_000);
      await REPORTS.put("step", String(step + 1));
    };
    ctx.waitUntil(make());
    return new Response(`step ${step + 1} of 2`, { status: 202 });
  },
};
