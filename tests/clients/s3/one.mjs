// One request with aws4fetch: `node one.mjs <endpoint> PUT|GET|SIGN <key> [text | @large <file>]`. Prints the status and
// the body, or a URL that is good for a minute.

import { readFileSync } from "node:fs";

import { AwsClient } from "aws4fetch";

const [endpoint, method, key, text, file] = process.argv.slice(2);
const body = text === "@large" ? readFileSync(file) : text;
const secrets = { accessKeyId: "edgeemu", secretAccessKey: "edgeemu-secret" };
const client = new AwsClient({ ...secrets, service: "s3", region: "auto", retries: 0 });
const url = `${endpoint}/files/${key}`;

if (method === "SIGN") {
  const signed = await client.sign(`${url}?X-Amz-Expires=60`, { aws: { signQuery: true } });
  console.log(signed.url);
} else {
  const answer = await client.fetch(url, { method, body });
  console.log(answer.status, await answer.text());
}
process.exit(0);
