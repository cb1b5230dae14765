// Measures each server in turn and writes the tables of docs/performance.md.
import { parseArgs } from "node:util";
import { loads, measure } from "./lib/measure.mjs";
import { report } from "./lib/report.mjs";
import { servers } from "./lib/servers.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: servers.map((server) => server.name).join(",") },
    secs: { type: "string", default: "5" },
    print: { type: "boolean", default: false },
  },
});

const names = options.only.split(",");
const unknown = names.filter((name) => !servers.some((server) => server.name === name));
if (unknown.length > 0) {
  console.error(`unknown server: ${unknown.join(", ")}; there are ${servers.map((server) => server.name).join(", ")}`);
  process.exit(1);
}

const results = [];
for (const server of servers.filter(({ name }) => names.includes(name))) {
  console.error(`${server.name}: preparing`);
  const command = await server.prepare();
  console.error(`${server.name}: measuring`);
  results.push({ name: server.name, version: server.version(), ...(await measure(server, command, Number(options.secs))) });
}
await report(results, loads, { print: options.print, secs: options.secs });
