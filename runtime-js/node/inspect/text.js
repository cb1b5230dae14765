// inspect: strings, numbers, colours.

const { codes } = require("errors");

const ESCAPES = ["\\x00", "\\x01", "\\x02", "\\x03", "\\x04", "\\x05", "\\x06", "\\x07", "\\b", "\\t", "\\n", "\\x0B", "\\f", "\\r"];

function escapeLetter(letter) {
  const code = letter.charCodeAt(0);
  if (letter === "\\" || letter === "'") return `\\${letter}`;
  if (code < ESCAPES.length) return ESCAPES[code];
  if (code < 256) return `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;
  return `\\u${code.toString(16)}`;
}

const SPECIAL = /[\x00-\x1f\x27\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const SPECIAL_BUT_QUOTE = /[\x00-\x1f\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A string in the kind of quotes that needs fewest escapes. */
function quote(text) {
  if (!text.includes("'")) return `'${text.replace(SPECIAL_BUT_QUOTE, escapeLetter)}'`;
  if (!text.includes('"')) return `"${text.replace(SPECIAL_BUT_QUOTE, escapeLetter)}"`;
  if (!text.includes("`") && !text.includes("${")) return `\`${text.replace(SPECIAL_BUT_QUOTE, escapeLetter)}\``;
  return `'${text.replace(SPECIAL, escapeLetter)}'`;
}

const groupDigits = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, "_");

function formatNumber(value, separated) {
  if (Object.is(value, -0)) return "-0";
  const text = `${value}`;
  if (!separated || !Number.isFinite(value) || text.includes("e")) return text;
  const [whole, fraction] = text.split(".");
  return fraction === undefined ? groupDigits(whole) : `${groupDigits(whole)}.${fraction.replace(/(\d{3})(?=\d)/g, "$1_")}`;
}

function formatBigInt(value, separated) {
  return `${separated ? groupDigits(String(value)) : value}n`;
}

const colors = {
  __proto__: null,
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  blink: [5, 25],
  inverse: [7, 27],
  hidden: [8, 28],
  strikethrough: [9, 29],
  doubleunderline: [21, 24],
  black: [30, 39],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  white: [37, 39],
  bgBlack: [40, 49],
  bgRed: [41, 49],
  bgGreen: [42, 49],
  bgYellow: [43, 49],
  bgBlue: [44, 49],
  bgMagenta: [45, 49],
  bgCyan: [46, 49],
  bgWhite: [47, 49],
  framed: [51, 54],
  overlined: [53, 55],
  gray: [90, 39],
  redBright: [91, 39],
  greenBright: [92, 39],
  yellowBright: [93, 39],
  blueBright: [94, 39],
  magentaBright: [95, 39],
  cyanBright: [96, 39],
  whiteBright: [97, 39],
  bgGray: [100, 49],
  bgRedBright: [101, 49],
  bgGreenBright: [102, 49],
  bgYellowBright: [103, 49],
  bgBlueBright: [104, 49],
  bgMagentaBright: [105, 49],
  bgCyanBright: [106, 49],
  bgWhiteBright: [107, 49],
};

const OTHER_NAMES = {
  grey: "gray",
  blackBright: "gray",
  bgGrey: "bgGray",
  bgBlackBright: "bgGray",
  crossedout: "strikethrough",
  strikeThrough: "strikethrough",
  crossedOut: "strikethrough",
  conceal: "hidden",
  faint: "dim",
  swapcolors: "inverse",
  swapColors: "inverse",
  doubleUnderline: "doubleunderline",
};
for (const [name, same] of Object.entries(OTHER_NAMES)) {
  const accessor = { get: () => colors[same], set: (value) => { colors[same] = value; }, configurable: true };
  Object.defineProperty(colors, name, accessor);
}

const styles = {
  __proto__: null,
  special: "cyan",
  number: "yellow",
  bigint: "yellow",
  boolean: "yellow",
  undefined: "grey",
  null: "bold",
  string: "green",
  symbol: "green",
  date: "magenta",
  regexp: "red",
  module: "underline",
};

const colored = (text, style) => {
  const color = colors[styles[style]];
  return color === undefined ? text : `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
};
const plain = (text) => text;

const ANSI = /[\u001b\u009b][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\u0007|\u001b\u005c|\u009c))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;

function stripVTControlCharacters(text) {
  if (typeof text !== "string") throw new codes.ERR_INVALID_ARG_TYPE("str", "string", text);
  return text.includes("\u001b") || text.includes("\u009b") ? text.replace(ANSI, "") : text;
}

const isZeroWidth = (code) => code <= 0x1f || (code >= 0x7f && code <= 0x9f) || (code >= 0x300 && code <= 0x36f) ||
  (code >= 0x200b && code <= 0x200f) || (code >= 0x20d0 && code <= 0x20ff) || (code >= 0xfe00 && code <= 0xfe0f) ||
  (code >= 0xfe20 && code <= 0xfe2f) || (code >= 0xe0100 && code <= 0xe01ef);
const isWide = (code) => code >= 0x1100 && (code <= 0x115f || code === 0x2329 || code === 0x232a ||
  (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f) || (code >= 0x3250 && code <= 0x4dbf) || (code >= 0x4e00 && code <= 0xa4c6) ||
  (code >= 0xa960 && code <= 0xa97c) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe10 && code <= 0xfe19) || (code >= 0xfe30 && code <= 0xfe6b) || (code >= 0xff01 && code <= 0xff60) ||
  (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1b000 && code <= 0x1b001) || (code >= 0x1f200 && code <= 0x1f251) ||
  (code >= 0x1f300 && code <= 0x1f64f) || (code >= 0x1f900 && code <= 0x1f9ff) || (code >= 0x20000 && code <= 0x3fffd));

/** Columns that the text takes in a terminal. */
function widthOf(text) {
  let width = 0;
  for (const letter of stripVTControlCharacters(text).normalize("NFC")) {
    const code = letter.codePointAt(0);
    width += isWide(code) ? 2 : isZeroWidth(code) ? 0 : 1;
  }
  return width;
}

module.exports = { colored, colors, formatBigInt, formatNumber, plain, quote, stripVTControlCharacters, styles, widthOf };
