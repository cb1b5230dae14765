// Follows the expect.json of an example on a server that runs it:
//     node examples/check.mjs <example> <address> [<port of the upstream>]
// Time really passes where the steps say so.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const saved = new Map();

function fill(value) {
  if (typeof value === "string") {
    return value.replace(/\{\{(\w+)\}\}/g, (_, name) => saved.get(name) ?? `{{${name} was not saved}}`);
  }
  if (Array.isArray(value)) return value.map(fill);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member)]));
}

function contains(actual, expected) {
  if (Array.isArray(expected)) {
    const sameLength = Array.isArray(actual) && actual.length === expected.length;
    return sameLength && expected.every((element, index) => contains(actual[index], element));
  }
  if (expected === null || typeof expected !== "object") return actual === expected;
  const isObject = actual !== null && typeof actual === "object" && !Array.isArray(actual);
  return isObject && Object.entries(expected).every(([key, member]) => contains(actual[key], member));
}

function pointed(value, pointer) {
  return pointer.split("/").slice(1).reduce((inside, key) => inside?.[key], value);
}

async function ask(address, request) {
  const { method = "GET", path, headers = {}, json, body = json && JSON.stringify(json) } = fill(request);
  const type = json ? { "content-type": "application/json" } : {};
  const response = await fetch(new URL(path, address), { method, headers: { ...type, ...headers }, body, redirect: "manual" });
  return { response, text: await response.text() };
}

function differences({ response, text }, { status, headers = {}, body, json }) {
  const found = [];
  if (response.status !== status) found.push(`status ${response.status}, expected ${status}`);
  for (const [name, value] of Object.entries(fill(headers))) {
    const actual = response.headers.get(name);
    if (actual !== value) found.push(`header ${name}: ${actual}, expected ${value}`);
  }
  if (body !== undefined && text !== fill(body)) found.push(`another body than ${JSON.stringify(fill(body))}`);
  if (json !== undefined && !contains(parse(text), fill(json))) found.push(`a body without ${JSON.stringify(fill(json))}`);
  return found;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function save({ response, text }, rules = {}) {
  for (const [name, { json, header, before }] of Object.entries(rules)) {
    const value = header ? response.headers.get(header) : pointed(parse(text), json);
    saved.set(name, before ? value?.split(before)[0] : value);
  }
}

async function serveUpstream({ answers }, port) {
  const left = [...answers];
  const server = createServer((_, response) => {
    const { status = 200, headers = {}, body, json } = left.shift() ?? { status: 500, body: "no more answers" };
    const type = json ? { "content-type": "application/json" } : {};
    response.writeHead(status, { ...type, ...headers }).end(body ?? JSON.stringify(json));
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  server.unref();
}

const [example, address, upstreamPort] = process.argv.slice(2);
const steps = JSON.parse(await readFile(new URL(`${example}/expect.json`, import.meta.url), "utf8"));
let failed = 0;
for (const [index, step] of steps.entries()) {
  if (step.upstream) await serveUpstream(step.upstream, Number(upstreamPort));
  if (step.advance_secs) await sleep(step.advance_secs * 1000);
  if (!step.request) continue;
  const name = `${index} ${step.request.method ?? "GET"} ${fill(step.request.path)}`;
  const answer = await ask(address, step.request);
  const found = differences(answer, step);
  save(answer, step.save);
  failed += found.length ? 1 : 0;
  console.log(`${found.length ? "NOT" : "ok "} ${name}`);
  if (found.length) console.log(`      ${found.join("\n      ")}\n      got: ${answer.text}`);
}
process.exitCode = failed ? 1 : 0;
