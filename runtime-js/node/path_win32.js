// node:path/win32.

const { validateString } = require("validators");
const path = require("path");

const SEPARATORS = /[\\/]+/;
const isSeparator = (letter) => letter === "/" || letter === "\\";
const normalizeParts = (text, isAbsolute) => path._normalizeParts(text, isAbsolute, SEPARATORS, "\\");

/** A path as its device (`C:` or `\\server\share`), whether it is absolute, and the rest. */
function split(text) {
  const share = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(text);
  if (share !== null) return { device: `\\\\${share[1]}\\${share[2]}`, rootLength: share[0].length, isAbsolute: true, isShare: true };
  const drive = /^[A-Za-z]:/.exec(text);
  const length = drive === null ? 0 : 2;
  const isAbsolute = isSeparator(text[length]);
  return { device: drive?.[0] ?? "", rootLength: length, isAbsolute, isShare: false };
}

function resolve(...paths) {
  let device = "";
  let tail = "";
  let isAbsolute = false;
  for (let at = paths.length - 1; at >= -1; at--) {
    const text = at >= 0 ? paths[at] : "/";
    validateString(text, `paths[${at}]`);
    if (text.length === 0) continue;
    const parts = split(text);
    if (parts.device !== "") {
      if (device !== "" && parts.device.toLowerCase() !== device.toLowerCase()) continue;
      device ||= parts.device;
    }
    if (!isAbsolute) {
      tail = `${text.slice(parts.rootLength)}\\${tail}`;
      isAbsolute = parts.isAbsolute;
    }
    if (isAbsolute && device !== "") break;
  }
  const normal = normalizeParts(tail, isAbsolute);
  return isAbsolute ? `${device}\\${normal}` : `${device}${normal}` || ".";
}

function normalize(text) {
  validateString(text, "path");
  if (text.length === 0) return ".";
  const { device, rootLength, isAbsolute } = split(text);
  const rest = text.slice(rootLength);
  let normal = normalizeParts(rest, isAbsolute);
  if (normal === "" && !isAbsolute) normal = ".";
  if (normal !== "" && isSeparator(text.at(-1)) && rest !== "") normal += "\\";
  return `${device}${isAbsolute ? "\\" : ""}${normal}`;
}

function isAbsolute(text) {
  validateString(text, "path");
  return split(text).isAbsolute;
}

function join(...paths) {
  for (const one of paths) validateString(one, "path");
  const given = paths.filter((one) => one.length > 0);
  if (given.length === 0) return ".";
  let joined = given.join("\\");
  // Two separators at the beginning mean a share only if the first part begins like one.
  if (!/^[\\/]{2}[^\\/]/.test(given[0])) joined = joined.replace(/^[\\/]{2,}/, "\\");
  return normalize(joined);
}

function relative(from, to) {
  validateString(from, "from");
  validateString(to, "to");
  const [start, end] = [resolve(from), resolve(to)];
  if (start.toLowerCase() === end.toLowerCase()) return "";
  const left = start.split("\\").filter(Boolean);
  const right = end.split("\\").filter(Boolean);
  let same = 0;
  while (same < left.length && same < right.length && left[same].toLowerCase() === right[same].toLowerCase()) same++;
  if (same === 0) return end;
  return [...left.slice(same).map(() => ".."), ...right.slice(same)].join("\\");
}

function rootOf(text) {
  const { device, rootLength, isAbsolute } = split(text);
  if (device === "" && !isAbsolute) return "";
  return text.slice(0, rootLength + (isAbsolute && isSeparator(text[rootLength]) ? 1 : 0));
}

function dirname(text) {
  validateString(text, "path");
  if (text.length === 0) return ".";
  const root = rootOf(text);
  const rest = text.slice(root.length).replace(/[\\/]+$/, "");
  const end = Math.max(rest.lastIndexOf("/"), rest.lastIndexOf("\\"));
  if (end === -1) return root || ".";
  return root + rest.slice(0, end).replace(/[\\/]+$/, "");
}

function basename(text, suffix) {
  if (suffix !== undefined) validateString(suffix, "suffix");
  validateString(text, "path");
  if (suffix && suffix === text) return "";
  const rest = (/^[A-Za-z]:/.test(text) ? text.slice(2) : text).replace(/[\\/]+$/, "");
  const name = rest.slice(Math.max(rest.lastIndexOf("/"), rest.lastIndexOf("\\")) + 1);
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

function extname(text) {
  validateString(text, "path");
  return path._extensionOf(basename(text));
}

function parse(text) {
  validateString(text, "path");
  const root = rootOf(text);
  const rest = text.slice(root.length).replace(/[\\/]+$/, "");
  const end = Math.max(rest.lastIndexOf("/"), rest.lastIndexOf("\\"));
  const base = rest.slice(end + 1);
  const ext = path._extensionOf(base);
  const dir = end === -1 ? root : root + rest.slice(0, end);
  return { root, dir, base, ext, name: ext === "" ? base : base.slice(0, -ext.length) };
}

function toNamespacedPath(text) {
  if (typeof text !== "string" || text.length === 0) return text;
  const resolved = resolve(text);
  if (/^\\\\[^?.]/.test(resolved)) return `\\\\?\\UNC\\${resolved.slice(2)}`;
  return /^[A-Za-z]:\\/.test(resolved) ? `\\\\?\\${resolved}` : text;
}

const win32 = {
  resolve,
  normalize,
  isAbsolute,
  join,
  relative,
  toNamespacedPath,
  dirname,
  basename,
  extname,
  format: (parts) => path._format("\\", parts),
  parse,
  matchesGlob: (text, pattern) => {
    validateString(text, "path");
    validateString(pattern, "pattern");
    return require("glob").matches(text.replaceAll("\\", "/"), pattern.replaceAll("\\", "/"));
  },
  sep: "\\",
  delimiter: ";",
  win32: null,
  posix: path,
};

win32.win32 = win32;
module.exports = win32;
