import { explore } from "edgeemu/test";

explore("every visit counts", { colos: ["FRA"] }, async (w) => {
  const [ada, bob] = [w.client("ada"), w.client("bob")];
  const answers = await w.concurrently(ada.post("/home"), bob.post("/home"));
  const counted = answers.filter((answer) => answer.ok).length;

  await w.advance("2m");
  const { body } = await ada.get("/home");
  w.equal(Number(body), counted, "the count is the number of visits");
});
