import { explore } from "edgeemu/test";

explore("a switch works within minutes", { colos: ["FRA", "SFO"] }, async (w) => {
  const team = w.client("team", { colo: "FRA" });
  const visitor = w.client("visitor", { colo: "SFO" });

  await visitor.get("/");
  await team.put("/", "off");
  await w.advance("6h");

  const answer = await visitor.get("/");
  w.always(answer.body === "closed", "what was switched off six hours ago is off", `it is ${answer.body}`);
});
