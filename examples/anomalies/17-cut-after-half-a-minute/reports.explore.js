import { explore } from "edgeemu/test";

// Nothing is demanded here: that something was acknowledged and never happened is found without being asked for.
explore("a report", { colos: ["FRA"] }, async (w) => {
  await w.client("ada").post("/report");
  await w.settled();
});
