// inspect: errors, by their stack.

const safe = (read) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

function stackOf(error) {
  const stack = safe(() => error.stack);
  if (typeof stack === "string" && stack !== "") return stack;
  return safe(() => Error.prototype.toString.call(error)) ?? "Error";
}

/** The first line names the class, which a subclass need not have said. */
function improved(stack, { constructor, name, tag }) {
  let text = stack;
  const first = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n {4}at)/.exec(text) ?? /^([a-z_A-Z0-9-]*Error)$/.exec(text);
  const fallback = first?.[1] ?? "";
  const wanted = constructor === null ? `[${name}: null prototype]` : constructor;
  if (constructor === null || (name.endsWith("Error") && text.startsWith(name) && (text.length === name.length || text[name.length] === ":" || text[name.length] === "\n"))) {
    if (constructor === null) {
      text = fallback === "" ? `${wanted} ${text}` : `[${fallback}: null prototype]${text.slice(fallback.length)}`;
    } else if (constructor !== name && !constructor.includes(name)) {
      text = fallback === "" ? text : `${constructor} [${fallback}]${text.slice(fallback.length)}`;
    } else if (constructor !== name && constructor.includes(name) && fallback === "") {
      text = `${constructor}${text.slice(name.length)}`;
    } else if (constructor !== name && constructor.includes(name)) {
      text = `${constructor}${text.slice(fallback.length)}`;
    }
  }
  return tag !== "" && !text.includes(tag) ? text : text;
}

/** The keys that the stack does not show already, and the text of the stack. */
function describeError(ctx, error, { constructor, tag, keys }) {
  const name = error.name === undefined || error.name === null ? "Error" : `${error.name}`;
  const stack = stackOf(error);
  const shown = keys.filter((key) => {
    if (ctx.showHidden || !["name", "message", "stack"].includes(key)) return true;
    return !stack.includes(String(error[key])) || error[key] === "";
  });
  for (const key of ["cause", "errors"]) {
    if (Object.hasOwn(error, key) && !shown.includes(key) && (key === "cause" || Array.isArray(error.errors))) shown.push(key);
  }
  let text = improved(stack, { constructor, name, tag });
  const at = text.indexOf("\n    at");
  if (at === -1) text = `[${text}]`;
  text = text.replace(/\n +at [^\n]*\bext:[^\n]*/g, "").replace(/( at [^\n]*?)file:\/\/\//g, "$1");
  if (ctx.indentationLvl !== 0) text = text.replaceAll("\n", `\n${" ".repeat(ctx.indentationLvl)}`);
  return { text, keys: shown };
}

module.exports = { describeError };
