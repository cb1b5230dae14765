import { explore } from "edgeemu/test";

explore("prices follow the rate", { colos: ["FRA"] }, async (w) => {
  const [bank, shopper] = [w.client("bank"), w.client("shopper")];
  await bank.put("/", "2");
  await shopper.get("/");
  await bank.put("/", "3");
  await w.advance("10m");
  w.equal((await shopper.get("/")).body, "300", "ten minutes later the price is the new one");
});
