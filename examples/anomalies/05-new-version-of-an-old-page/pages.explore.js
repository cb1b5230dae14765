import { explore } from "edgeemu/test";

explore("a version has its own text", { colos: ["FRA", "SFO"] }, async (w) => {
  const editor = w.client("editor", { colo: "FRA" });
  const reader = w.client("reader", { colo: "SFO" });

  await editor.put("/", { version: "1", text: "text of 1" });
  await reader.get("/");
  await editor.put("/", { version: "2", text: "text of 2" });

  const page = await (await reader.get("/")).json();
  w.always(page.text === `text of ${page.version}`, "text and version belong together", JSON.stringify(page));
});
