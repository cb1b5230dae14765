export default {
  async scheduled(controller, { KV }, ctx) {
    const { cron, scheduledTime } = controller;
    if (cron === "throws") throw new RangeError("not this time");
    ctx.waitUntil(scheduler.wait(1000).then(() => KV.put("waited", cron)));
    await KV.put("ran", `${cron} at ${scheduledTime} ${typeof controller.noRetry}`);
    controller.noRetry();
  },
};
