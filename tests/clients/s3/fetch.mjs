// A round through the S3 API with aws4fetch: `node fetch.mjs <endpoint> <key id> <secret>`. The bucket `files` is
// declared. Prints a line for each step that went well.

import assert from "node:assert/strict";
import http from "node:http";

import { AwsClient } from "aws4fetch";

const [endpoint, accessKeyId, secretAccessKey] = process.argv.slice(2);
const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto", retries: 0 });
const { port } = new URL(endpoint);

/** Sends a signed request to this machine, whatever the system thinks of its name. */
function send({ method, url, headers }, body) {
  const { host, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method, path: pathname, headers: { ...Object.fromEntries(headers), host } };
    const request = http.request(options, async (answer) => {
      const chunks = await answer.toArray();
      resolve({ status: answer.statusCode, body: Buffer.concat(chunks).toString() });
    });
    request.on("error", reject);
    request.end(body);
  });
}

const steps = {
  async "signed requests"() {
    const url = `${endpoint}/files/fetch/${encodeURIComponent("ä b")}.txt`;
    const put = await client.fetch(url, { method: "PUT", body: "from fetch", headers: { "x-amz-meta-a": "1" } });
    assert.equal(put.status, 200);
    const got = await client.fetch(url);
    assert.deepEqual([await got.text(), got.headers.get("x-amz-meta-a")], ["from fetch", "1"]);
    const listed = await client.fetch(`${endpoint}/files?list-type=2&prefix=fetch/`);
    assert.match(await listed.text(), /<Key>fetch\/ä b.txt<\/Key>/);
    assert.equal((await client.fetch(url, { method: "DELETE" })).status, 204);
    const missing = await client.fetch(url);
    assert.equal(missing.status, 404);
    assert.equal(
      await missing.text(),
      '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>',
    );
  },

  async "signed URLs"() {
    const url = new URL(`${endpoint}/files/by-url`);
    url.searchParams.set("X-Amz-Expires", "60");
    const sign = async (method) => (await client.sign(url, { method, aws: { signQuery: true } })).url;
    assert.equal((await fetch(await sign("PUT"), { method: "PUT", body: "by url" })).status, 200);
    assert.equal(await (await fetch(await sign("GET"))).text(), "by url");
    const long = new URL(url);
    long.searchParams.set("X-Amz-Expires", "604801");
    const refused = await fetch((await client.sign(long, { aws: { signQuery: true } })).url);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /X-Amz-Expires must be less than a week/);
    assert.equal((await fetch(await sign("DELETE"), { method: "DELETE" })).status, 204);
  },

  async "the bucket in the host"() {
    const url = `http://files.localhost:${port}/in/host`;
    assert.equal((await send(await client.sign(url, { method: "PUT", body: "hosted" }), "hosted")).status, 200);
    assert.equal(await (await client.fetch(`${endpoint}/files/in/host`)).text(), "hosted");
    assert.deepEqual(await send(await client.sign(url)), { status: 200, body: "hosted" });
    assert.equal((await send(await client.sign(url, { method: "DELETE" }))).status, 204);
  },
};

for (const [name, step] of Object.entries(steps)) {
  await step();
  console.log(`ok ${name}`);
}
console.log("done");
process.exit(0);
