import { explore } from "edgeemu/test";

explore("a cart keeps what was put into it", { colos: ["FRA", "SFO"] }, async (w) => {
  const phone = w.client("phone", { colo: "SFO" });
  const laptop = w.client("laptop", { colo: "FRA" });

  await phone.get("/cart");
  await laptop.post("/cart", "tea");
  await w.advance("10s");
  await phone.post("/cart", "cake");

  await w.advance("2m");
  const things = await (await laptop.get("/cart")).json();
  w.equal(things.toSorted(), ["cake", "tea"], "the cart has both");
});
