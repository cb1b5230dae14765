import { explore } from "edgeemu/test";

explore("a link works once it is made", { colos: ["FRA", "SFO"] }, async (w) => {
  const editor = w.client("editor", { colo: "FRA" });
  const reader = w.client("reader", { colo: "SFO" });

  await reader.get("/sale");
  const made = await editor.put("/sale", "https://shop.example/sale");
  const path = /made (\/\w+)/.exec(made.body)?.[1] ?? "/sale";

  const answer = await reader.get(path);
  w.always(answer.status === 302, "a link that was made is found", `the reader was told: ${answer.body}`);
});
