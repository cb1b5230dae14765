import { explore } from "edgeemu/test";

// Nothing is demanded here: that something was acknowledged and never happened is found without being asked for.
explore("a payment", { colos: ["FRA"] }, async (w) => {
  await w.client("ada").post("/", { user: "ada", amount: 5 });
});
