// Follows the expect.json of an example on a server that runs it:
//     node examples/check.mjs <example> <address> [<port of the upstream>]
// Time really passes where the steps say so.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Sockets, Walk, serveAnswers } from "./steps.mjs";

const [example, address, upstreamPort] = process.argv.slice(2);
const steps = JSON.parse(await readFile(new URL(`${example}/expect.json`, import.meta.url), "utf8"));
const walk = new Walk(({ path, ...init }) => fetch(new URL(path, address), { ...init, redirect: "manual" }));
const sockets = new Sockets(address);
let failed = 0;
for (const [index, step] of steps.entries()) {
  if (step.upstream) await serveAnswers(step.upstream.answers, Number(upstreamPort));
  if (step.advance_secs) await sleep(step.advance_secs * 1000);
  if (step.socket) {
    const problem = await sockets.follow(step.socket);
    failed += problem ? 1 : 0;
    console.log(`${problem ? "NOT" : "ok "} ${index} socket ${step.socket.name}${problem ? `\n      ${problem}` : ""}`);
  }
  if (!step.request) continue;
  const name = `${index} ${walk.name(step)}`;
  const { found, text } = await walk.follow(step);
  failed += found.length ? 1 : 0;
  console.log(`${found.length ? "NOT" : "ok "} ${name}`);
  if (found.length) console.log(`      ${found.join("\n      ")}\n      got: ${text}`);
}
process.exitCode = failed ? 1 : 0;
