import { checks, equal, ok } from "../../assert.mjs";

const atTopLevel = { date: Date.now(), dateObject: new Date().getTime(), performance: performance.now() };

function spin() {
  let sum = 0;
  for (let i = 0; i < 2_000_000; i++) sum += i % 7;
  return sum;
}

export default checks({
  "at top level it reads zero"() {
    equal(atTopLevel, { date: 0, dateObject: 0, performance: 0 });
  },
  "the suite begins in 2024"() {
    ok(new Date().getUTCFullYear() === 2024, `it is ${new Date().toISOString()}`);
    equal(new Date(Date.now()).toISOString(), new Date().toISOString());
    equal(new Intl.DateTimeFormat("en", { timeZone: "UTC", year: "numeric" }).format(), "2024");
  },
  "running does not move it"() {
    const before = [Date.now(), performance.now()];
    spin();
    equal([Date.now(), performance.now()], before);
  },
  async "waiting moves it"() {
    const before = [Date.now(), performance.now()];
    await scheduler.wait(250);
    equal([Date.now() - before[0], performance.now() - before[1]], [250, 250]);
  },
  async "promises do not"() {
    const before = Date.now();
    for (let i = 0; i < 100; i++) await Promise.resolve();
    equal(Date.now(), before);
  },
  "performance and Date read the same clock"() {
    equal(performance.timeOrigin + performance.now(), Date.now());
  },
});
