import { explore } from "edgeemu/test";

explore("everybody is greeted by name", { colos: ["FRA"] }, async (w) => {
  const [ada, bob] = [w.client("ada"), w.client("bob")];
  const [answer] = await w.concurrently(ada.get("/?user=ada"), bob.get("/?user=bob"));
  w.equal(answer.body, "hello ada", "ada is greeted as ada");
});
