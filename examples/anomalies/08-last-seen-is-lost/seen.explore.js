import { explore } from "edgeemu/test";

// Nothing is demanded here: that a write is refused and nobody looks is found without being asked for.
explore("two pages at once", { colos: ["FRA"], pace: "200ms" }, async (w) => {
  const ada = w.client("ada");
  await ada.get("/?user=ada");
  await ada.get("/?user=ada");
});
