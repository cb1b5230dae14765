// Explores `examples/anomalies` and prints the table of docs/simulation.md: node benches/anomalies.mjs [PROGRAM]
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const program = resolve(process.argv[2] ?? "target/release/edgeemu");
const root = fileURLToPath(new URL("../examples/anomalies/", import.meta.url));

/** What the tests of a folder found, one object for each, and how long that took. */
function explore(folder) {
  const began = process.hrtime.bigint();
  const ran = spawnSync(program, ["explore", "--no-save", "--json"], { cwd: root + folder, encoding: "utf8" });
  const millis = Number(process.hrtime.bigint() - began) / 1e6;
  if (ran.error) throw ran.error;
  if (ran.status !== 1) throw new Error(`${folder} ended with ${ran.status}: ${ran.stdout}${ran.stderr}`);
  const outcomes = ran.stdout.trim().split("\n").map((line) => JSON.parse(line));
  return { millis, outcomes: outcomes.filter(({ test }) => typeof test === "string") };
}

/** The stage of a search in which its nth run was. */
function stageOf(stages, run) {
  let runs = 0;
  return stages.find((stage) => (runs += stage.runs) >= run)?.name ?? "chance";
}

console.log("| folder | class | stage | runs until found | deviations | whole search |\n|---|---|---|--:|--:|--:|");
for (const folder of readdirSync(root).filter((name) => /^\d\d-/.test(name)).sort()) {
  const { millis, outcomes } = explore(folder);
  for (const { stages, violations } of outcomes) {
    for (const { anomaly, foundInRun, deviations } of violations) {
      const cells = [folder, anomaly.class, stageOf(stages, foundInRun), foundInRun, deviations.length];
      console.log(`| ${cells.join(" | ")} | ${millis.toFixed(0)} ms |`);
    }
  }
}
