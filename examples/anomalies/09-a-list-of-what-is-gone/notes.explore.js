import { explore } from "edgeemu/test";

explore("the list of notes never fails", { colos: ["FRA", "SFO"] }, async (w) => {
  const laptop = w.client("laptop", { colo: "FRA" });
  const phone = w.client("phone", { colo: "SFO" });

  await laptop.put("/tea", { title: "Tea" });
  await phone.get("/");
  await laptop.delete("/tea");
  await w.advance("30s");

  const answer = await phone.get("/");
  w.always(answer.status === 200, "a list is answered", `${answer.status} ${answer.body}`);
});
