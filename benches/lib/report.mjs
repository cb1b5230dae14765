// The tables, between two markers of docs/performance.md.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";

const PAGE = "docs/performance.md";
const BEGIN = "<!-- benches: begin -->";
const END = "<!-- benches: end -->";

/** Writes, or prints, what was measured. */
export async function report(results, loads, { print, secs }) {
  const text = [machine(results, secs), overview(results), ...throughput(results, loads)].join("\n\n");
  if (print) {
    console.log(text);
    return;
  }
  const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : `# Performance\n\n${BEGIN}\n${END}\n`;
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${PAGE}: the markers \`${BEGIN}\` and \`${END}\` are missing`);
  writeFileSync(PAGE, `${before}${BEGIN}\n${text}\n${END}${after}`);
}

function machine(results, secs) {
  const [cpu, count] = [cpus()[0].model.trim(), cpus().length];
  const versions = results.map(({ name, version }) => `${name} ${version}`).join(", ");
  const day = new Date().toISOString().slice(0, 10);
  return `Measured on ${day}: ${versions}; ${cpu}, ${count} cores, Linux ${release()}; ${secs} s for each number.`;
}

function overview(results) {
  const rows = [
    ["start to first response, ms", (result) => round(result.startMs)],
    ["edit to new response, ms", (result) => round(result.editMs)],
    ["memory idle, MB", (result) => round(result.idleMb)],
    ["memory after load, MB", (result) => round(result.loadedMb)],
  ];
  return table(["", ...results.map(({ name }) => name)], rows.map(([label, cell]) => [label, ...results.map(cell)]));
}

function throughput(results, loads) {
  const cell = (load, show) => (result) => (result.answers[load.name] ? show(result.answers[load.name]) : "–");
  const grid = (label, show) => {
    const rows = loads.map((load) => [load.name, ...results.map(cell(load, show))]);
    return table([label, ...results.map(({ name }) => name)], rows);
  };
  const failures = results.flatMap(({ name, answers }) =>
    Object.entries(answers).flatMap(([load, { failed }]) => (failed ? [`${name}, ${load}: ${failed} failed.`] : [])),
  );
  return [
    grid("requests per second", ({ perSecond }) => round(perSecond)),
    grid("latency, median / 99 %", ({ p50, p99 }) => `${p50} / ${p99}`),
    ...failures,
  ];
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), `|---|${"--:|".repeat(head.length - 1)}`, ...rows.map(line)].join("\n");
}

function round(value) {
  if (value === null) return "–";
  const digits = value < 10 ? 1 : 0;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
