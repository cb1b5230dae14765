// Writes the query compiler of Prisma, which the package holds as text, as the WebAssembly file that the generated
// client imports.
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { wasm } from "@prisma/client/runtime/query_compiler_small_bg.sqlite.wasm-base64.mjs";

const target = new URL("node_modules/query_compiler_small_bg.wasm", import.meta.url);
if (!existsSync(target)) {
  const beside = new URL(`${target.pathname}.${process.pid}`, import.meta.url);
  writeFileSync(beside, Buffer.from(wasm, "base64"));
  renameSync(beside, target);
}
