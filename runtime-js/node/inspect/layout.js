// inspect: how the parts of an object are put on lines.

const { widthOf } = require("inspect/text");

const LINE_WIDTH = 16;

const reset = (ctx) => (ctx.colors ? (text) => widthOf(text) : (text) => text.length);

/** Entries of a long list in columns, numbers to the right. */
function columnsOf(ctx, output, value) {
  let total = 0;
  let longest = 0;
  const hasMore = ctx.maxArrayLength < output.length ? 1 : 0;
  const count = output.length - hasMore;
  const gap = 2;
  const lengths = [];
  const measure = reset(ctx);
  for (let at = 0; at < count; at++) {
    const length = measure(output[at]);
    lengths.push(length);
    total += length + gap;
    longest = Math.max(longest, length);
  }
  const actual = longest + gap;
  const isDense = actual * 3 + ctx.indentationLvl < ctx.breakLength && (total / actual > 5 || longest <= 6);
  if (!isDense) return output;
  const biased = Math.max(actual - Math.sqrt(actual - total / output.length), 1);
  const columns = columnCount(ctx, { actual, biased, entries: count });
  return arrange(output, { value, count, hasMore, lengths, columns, gap });
}

function columnCount(ctx, { actual, biased, entries }) {
  const approximately = 2.5;
  return Math.min(
    Math.round(Math.sqrt(approximately * biased * entries) / biased),
    Math.floor((ctx.breakLength - ctx.indentationLvl) / actual),
    ctx.compact * 4,
    15,
  );
}

function arrange(output, { value, count, hasMore, lengths, columns, gap }) {
  if (columns <= 1) return output;
  const widths = [];
  for (let column = 0; column < columns; column++) {
    let widest = 0;
    for (let at = column; at < count; at += columns) widest = Math.max(widest, lengths[at]);
    widths.push(widest + gap);
  }
  const toTheRight = value !== undefined && value.slice(0, count).every((one) => typeof one === "number" || typeof one === "bigint");
  const lines = [];
  for (let at = 0; at < count; at += columns) {
    const end = Math.min(at + columns, count);
    let line = "";
    let index = at;
    for (; index < end - 1; index++) {
      const text = `${output[index]}, `;
      const padding = " ".repeat(Math.max(widths[index - at] - lengths[index] - 2, 0));
      line += toTheRight ? padding + text : text + padding;
    }
    line += toTheRight ? " ".repeat(Math.max(widths[index - at] - gap - lengths[index], 0)) + output[index] : output[index];
    lines.push(line);
  }
  if (hasMore) lines.push(output[count]);
  return lines;
}

function isBelowBreakLength(ctx, output, start, base) {
  let total = output.length + start;
  if (total + output.length > ctx.breakLength) return false;
  const measure = reset(ctx);
  for (const one of output) {
    total += measure(one);
    if (total > ctx.breakLength) return false;
  }
  return base === "" || !base.includes("\n");
}

const KIND_LIST = 2;

/** `{ a, b }` on one line if it fits, or one entry on each. */
function layOut(ctx, parts, depth) {
  let { output } = parts;
  const { base, braces, kind, value } = parts;
  if (ctx.compact !== true) {
    if (typeof ctx.compact === "number" && ctx.compact >= 1) {
      const entries = output.length;
      if (kind === KIND_LIST && entries > 6) output = columnsOf(ctx, output, value);
      if (ctx.currentDepth - depth < ctx.compact && entries === output.length) {
        const start = output.length + ctx.indentationLvl + braces[0].length + base.length + 10;
        if (isBelowBreakLength(ctx, output, start, base)) {
          const joined = output.join(", ");
          if (!joined.includes("\n")) return `${base ? `${base} ` : ""}${braces[0]} ${joined} ${braces[1]}`;
        }
      }
    }
    const indentation = `\n${" ".repeat(ctx.indentationLvl)}`;
    return `${base ? `${base} ` : ""}${braces[0]}${indentation}  ${output.join(`,${indentation}  `)}${indentation}${braces[1]}`;
  }
  if (isBelowBreakLength(ctx, output, 0, base)) return `${braces[0]}${base ? ` ${base}` : ""} ${output.join(", ")} ${braces[1]}`;
  const indentation = " ".repeat(ctx.indentationLvl);
  const line = base === "" && braces[0].length === 1 ? " " : `${base ? ` ${base}` : ""}\n${indentation}  `;
  return `${braces[0]}${line}${output.join(`,\n${indentation}  `)} ${braces[1]}`;
}

module.exports = { KIND_LIST, LINE_WIDTH, layOut };
