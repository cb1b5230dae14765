import { explore } from "edgeemu/test";

explore("one at a time", { colos: ["FRA", "SFO"] }, async (w) => {
  const frankfurt = w.client("frankfurt", { colo: "FRA" });
  const california = w.client("california", { colo: "SFO" });

  const answers = await w.concurrently(frankfurt.post("/job"), california.post("/job"));
  const done = answers.filter((answer) => answer.status === 200);
  const [first, second] = await Promise.all(done.map((answer) => answer.json()));
  const overlap = second !== undefined && first.from < second.until && second.from < first.until;
  w.never(overlap, "two work at the same time", "both had the lock");
});
