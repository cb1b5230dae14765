// Brings what `prisma generate` has written into the form that this repository wants: no blanks at the ends of lines, a
// name that says what is in the file, and the query compiler where `wasm.mjs` writes it.
import { readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = new URL("src/generated/", import.meta.url).pathname;
const [before, after] = ["commonInputTypes", "inputTypes"];
const compiler = ['"./query_compiler_small_bg.wasm?module"', '"../../../node_modules/query_compiler_small_bg.wasm?module"'];

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.[jt]s$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const text = readFileSync(path, "utf8").replace(/[ \t]+$/gm, "").replaceAll(before, after).replace(...compiler);
  writeFileSync(path, `${text.trimEnd()}\n`);
  if (entry.name.startsWith(before)) renameSync(path, path.replace(before, after));
}
