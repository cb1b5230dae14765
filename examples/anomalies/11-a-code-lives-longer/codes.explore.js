import { explore } from "edgeemu/test";

explore("a code is good for 30 seconds", { colos: ["FRA"] }, async (w) => {
  const ada = w.client("ada");
  await ada.post("/?code=4711");
  await w.advance("45s");
  const answer = await ada.get("/?code=4711");
  w.always(answer.status === 401, "a code from 46 seconds ago is refused", answer.body);
});
