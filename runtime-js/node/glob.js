// Patterns of paths: `*`, `?`, `[a-z]`, `{a,b}` and `**`.

/** The alternatives in braces, spelled out. */
function expand(pattern) {
  const open = pattern.indexOf("{");
  if (open === -1) return [pattern];
  let depth = 0;
  const cuts = [open];
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === "{") depth++;
    else if (pattern[at] === "," && depth === 1) cuts.push(at);
    else if (pattern[at] === "}" && --depth === 0) {
      cuts.push(at);
      const [before, after] = [pattern.slice(0, open), pattern.slice(at + 1)];
      const inside = cuts.slice(1).map((cut, index) => pattern.slice(cuts[index] + 1, cut));
      return inside.flatMap((one) => expand(`${before}${one}${after}`));
    }
  }
  return [pattern];
}

/** One name of a path as a regular expression. */
function nameExpression(part) {
  let source = "";
  for (let at = 0; at < part.length; at++) {
    const letter = part[at];
    const close = letter === "[" ? part.indexOf("]", at + 2) : -1;
    if (letter === "*") source += "[^/]*";
    else if (letter === "?") source += "[^/]";
    else if (close !== -1) {
      source += `[${part.slice(at + 1, close).replace(/^[!^]/, "^").replaceAll("\\", "\\\\")}]`;
      at = close;
    } else source += letter.replace(/[\\^$.|+(){}[\]]/g, "\\$&");
  }
  const hidden = /^[*?[]/.test(part) ? "(?!\\.)" : "";
  return new RegExp(`^${hidden}${source}$`);
}

function matchParts(names, parts) {
  if (parts.length === 0) return names.length === 0;
  if (parts[0] === "**") {
    if (parts.length === 1) return names.every((name) => !name.startsWith("."));
    for (let taken = 0; taken <= names.length; taken++) {
      if (taken > 0 && names[taken - 1].startsWith(".")) return false;
      if (matchParts(names.slice(taken), parts.slice(1))) return true;
    }
    return false;
  }
  return names.length > 0 && nameExpression(parts[0]).test(names[0]) && matchParts(names.slice(1), parts.slice(1));
}

const split = (path) => path.split("/").filter((part, at) => part !== "." && (part !== "" || at === 0));

function matches(path, pattern) {
  return expand(pattern).some((one) => matchParts(split(path), split(one)));
}

module.exports = { expand, matches };
