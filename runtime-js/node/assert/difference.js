// What an assertion that failed shows: both values, line by line.

const { inspect } = require("inspect");

const TEXTS = {
  __proto__: null,
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  partialDeepStrictEqual: "Expected values to be partially and strictly deep-equal:",
  strictEqual: "Expected values to be strictly equal:",
};

/** Lines of unchanged text that are shown around what differs. */
const CONTEXT = 2;
const SHORT_LINE = 12;
const LINES_MAX = 50;

const show = (value) => inspect(value, {
  compact: false,
  customInspect: false,
  depth: 1000,
  maxArrayLength: Infinity,
  showHidden: false,
  showProxy: false,
  sorted: true,
  getters: true,
  breakLength: Infinity,
});

/** The longest common lines, by Myers: a list of [sign, line]. */
function changesOf(left, right) {
  const max = left.length + right.length;
  const furthest = new Map([[1, 0]]);
  const trace = [];
  for (let steps = 0; steps <= max; steps++) {
    trace.push(new Map(furthest));
    for (let k = -steps; k <= steps; k += 2) {
      const down = k === -steps || (k !== steps && furthest.get(k - 1) < furthest.get(k + 1));
      let x = down ? furthest.get(k + 1) : furthest.get(k - 1) + 1;
      while (x < left.length && x - k < right.length && left[x] === right[x - k]) x++;
      furthest.set(k, x);
      if (x >= left.length && x - k >= right.length) return walkBack(trace, left, right);
    }
  }
  return [];
}

function walkBack(trace, left, right) {
  const changes = [];
  let [x, y] = [left.length, right.length];
  for (let steps = trace.length - 1; steps >= 0; steps--) {
    const furthest = trace[steps];
    const k = x - y;
    const down = k === -steps || (k !== steps && furthest.get(k - 1) < furthest.get(k + 1));
    const previousK = down ? k + 1 : k - 1;
    const previousX = furthest.get(previousK);
    const previousY = previousX - previousK;
    while (x > previousX && y > previousY) changes.push([" ", left[--x], y--]);
    if (steps > 0) changes.push(down ? ["-", right[--y]] : ["+", left[--x]]);
  }
  return changes.reverse();
}

/** Only what differs, with some lines before and after. */
function shorten(changes) {
  const lines = [];
  let skipped = false;
  const isNear = (at) => {
    for (let near = Math.max(at - CONTEXT, 0); near <= at + CONTEXT && near < changes.length; near++) if (changes[near][0] !== " ") return true;
    return false;
  };
  changes.forEach(([sign, line], at) => {
    if (sign === " " && !isNear(at) && at > 0 && at < changes.length - 1) {
      if (lines.at(-1) !== "...") lines.push("...");
      skipped = true;
    } else {
      lines.push(`${sign} ${line}`);
    }
  });
  return { lines, skipped };
}

const isPrimitive = (value) => typeof value !== "object" || value === null;

/** Two short values on a line. */
function onOneLine(actual, expected, header) {
  const [left, right] = [inspect(actual), inspect(expected)];
  if (left.includes("\n") || right.includes("\n") || left === right) return null;
  const isShort = left.length + right.length <= SHORT_LINE && (actual !== 0 || expected !== 0);
  return isShort ? `${header}\n\n${left} !== ${right}\n` : null;
}

function difference(operator, actual, expected) {
  // DIFFERS: The text of a failed `deepStrictEqual` shows each line that differs; production shows short values on one
  // line with a caret below.
  if (isPrimitive(actual) && isPrimitive(expected) && typeof actual !== "function" && typeof expected !== "function") {
    const simple = onOneLine(actual, expected, TEXTS[operator]);
    if (simple !== null) return simple;
  }
  const [left, right] = [show(actual).split("\n"), show(expected).split("\n")];
  if (left.join("\n") === right.join("\n")) return `${TEXTS[operator]}\n\n${left.slice(0, LINES_MAX).join("\n")}\n`;
  const { lines, skipped } = shorten(changesOf(left, right));
  return `${TEXTS[operator]}\n+ actual - expected${skipped ? "\n... Skipped lines" : ""}\n\n${lines.join("\n")}\n`;
}

const loose = (operator, actual, expected) => `${clip(inspect(actual))} ${operator} ${clip(inspect(expected))}`;
const clip = (text) => (text.length > 512 ? `${text.slice(0, 509)}...` : text);

const SIGNS = { "+": "-   ", "-": "+   ", " ": "    " };

/** What production says of values that are not the same: what is there with a minus, what should be with a plus. */
function unequalText(actual, expected) {
  const isText = typeof actual === "string" && typeof expected === "string" && `${actual}${expected}`.includes("\n");
  const lines = (value) => (isText ? value.replaceAll("\n", "\\n\n\n").split("\n\n") : inspect(value, { sorted: true, depth: Infinity }).split("\n"));
  const [left, right] = [lines(actual), lines(expected)];
  if (!isText && left.join("\n") === right.join("\n")) {
    return `Values have the same structure but are not reference-equal:\n\n${left.map((line) => `    ${line}`).join("\n")}\n`;
  }
  const shown = changesOf(left, right).map(([sign, line]) => `${SIGNS[sign]}${line}`);
  return `Values are not strictly equal:\n\n\n[Diff] Actual / Expected\n\n\n${shown.join("\n")}\n${isText ? "\n" : ""}`;
}

module.exports = { difference, loose, unequalText };
