import { explore } from "edgeemu/test";

explore("an order is paid once", { colos: ["FRA"], faults: ["fail"] }, async (w) => {
  const charges = [];
  const keys = new Set();
  w.outbound("https://pay.example/", async (request) => {
    const key = request.headers.get("idempotency-key");
    if (key === null || !keys.has(key)) charges.push(await request.json());
    keys.add(key);
    return new Response("thank you");
  });

  await w.client("ada").post("/order-7");
  await w.settled();
  w.always(charges.length <= 1, "the money is taken once", `it was taken ${charges.length} times`);
});
