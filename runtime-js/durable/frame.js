// Critical sections of an object: what was begun in one is delivered while it runs, everything else waits.

import { core } from "ext:core/mod.js";
import { runInSection } from "ext:edgeemu_js/context.js";

const { ops } = core;

/**
 * Runs `callback` as a critical section, once the sections before it are over.
 *
 * @param {number} object the object's I/O context
 * @param {() => unknown} callback
 * @returns {Promise<unknown>} what it gives; a section that fails is left with `fail`
 */
export async function runSection(object, callback, fail) {
  const section = ops.op_section_enter(object);
  await ops.op_section_begun(object, section);
  let result;
  try {
    result = await runInSection(section, callback);
  } catch (error) {
    return fail(error, () => ops.op_section_leave(object, section));
  }
  ops.op_section_leave(object, section);
  return result;
}
