import { checks, equal, rejects } from "../../assert.mjs";

const redirect = (env, status, init, to = `${env.UPSTREAM}/echo`) => fetch(`${env.UPSTREAM}/redirect/${status}?${to}`, init);

export default checks({
  async "to the end"(env) {
    const response = await redirect(env, 302, {});
    equal([response.status, response.redirected, response.url], [200, true, `${env.UPSTREAM}/echo`]);
    await response.text();
  },
  async "relative ones too"(env) {
    const response = await redirect(env, 301, {}, "/status/201");
    equal([response.status, response.url], [201, `${env.UPSTREAM}/status/201`]);
    await response.text();
  },
  async "POST becomes GET, except for 307 and 308"(env) {
    for (const [status, method, body] of [[301, "GET", ""], [302, "GET", ""], [303, "GET", ""], [307, "POST", "text"], [308, "POST", "text"]]) {
      const seen = await (await redirect(env, status, { method: "POST", body: "text" })).json();
      equal([seen.method, seen.body], [method, body], `${status}`);
      // The type of the body that was left behind goes on.
      equal(seen.headers["content-type"], "text/plain;charset=UTF-8", `${status}`);
    }
  },
  async "unless they are asked for"(env) {
    const response = await redirect(env, 302, { redirect: "manual" });
    equal([response.status, response.headers.get("location"), response.redirected], [302, `${env.UPSTREAM}/echo`, false]);
    await response.text();
  },
  async "a stream cannot be sent twice"(env) {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    writer.write(new TextEncoder().encode("text")).then(() => writer.close()).catch(() => {});
    await rejects(() => redirect(env, 307, { method: "POST", body: readable }), "TypeError");
  },
  async "not forever"(env) {
    let to = `${env.UPSTREAM}/status/200`;
    for (let i = 0; i < 22; i++) to = `${env.UPSTREAM}/redirect/302?${to}`;
    await rejects(() => fetch(to), "TypeError", /^Too many redirects\.http:[^,]+(, http:[^,]+){20}$/);
  },
  async "not to just anywhere"(env) {
    await rejects(() => redirect(env, 302, {}, "data:,x"), "TypeError", "Invalid Location header; unable to follow redirect.");
  },
  async "without secrets for other hosts"(env) {
    const other = `${env.UPSTREAM.replace("127.0.0.1", "localhost")}/echo`;
    const seen = await (await redirect(env, 302, { headers: { authorization: "secret", "x-a": "1" } }, other)).json();
    equal([seen.headers.authorization, seen.headers["x-a"]], [undefined, "1"]);
    const same = await (await redirect(env, 302, { headers: { authorization: "secret" } })).json();
    equal(same.headers.authorization, "secret");
  },
});
