// Prices with the rate of the day, which is read once and kept: why ask twice?

let rate;

export default {
  async fetch(request, { RATES }) {
    if (request.method === "PUT") return await RATES.put("eur", await request.text()), new Response("kept");
    rate ??= Number(await RATES.get("eur"));
    return new Response(String(100 * rate));
  },
};
