import { explore } from "edgeemu/test";

explore("a published post stays published", { colos: ["FRA"] }, async (w) => {
  const editor = w.client("editor");
  const answer = await editor.post("/");
  if (!answer.ok) return;

  await w.settled();
  w.equal(await w.kv("POSTS").get("post:1"), "published", "what was written last is what stays");
});
