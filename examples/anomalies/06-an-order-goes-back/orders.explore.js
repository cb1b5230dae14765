import { explore } from "edgeemu/test";

const STEPS = ["ordered", "packed", "shipped"];

explore("an order goes forward", { colos: ["FRA", "SFO"] }, async (w) => {
  const shop = w.client("shop", { colo: "FRA" });
  const [train, home] = [w.client("train", { colo: "FRA" }), w.client("home", { colo: "SFO" })];
  w.shareCookies(train, home);

  await shop.put("/", "packed");
  await home.get("/");
  await shop.put("/", "shipped");

  const before = (await train.get("/")).body;
  const after = (await home.get("/")).body;
  w.always(
    STEPS.indexOf(after) >= STEPS.indexOf(before),
    "a customer never sees an order go back",
    `first ${before}, then ${after}`,
  );
});
