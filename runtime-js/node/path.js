// node:path, for POSIX. Its other half is path_win32.js.

const { validateObject, validateString } = require("validators");

const DOT = ".";

/** Resolves `.` and `..` in a path whose root is not part of it. */
function normalizeParts(path, isAbsolute, separators = /\/+/, separator = "/") {
  const parts = [];
  for (const part of path.split(separators)) {
    if (part === "" || part === DOT) continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push("..");
  }
  return parts.join(separator);
}

/** Paths are resolved from the root in production, whatever the current folder is. */
const ROOT = "/";

function resolve(...paths) {
  let resolved = "";
  for (let at = paths.length - 1; at >= -1 && !resolved.startsWith("/"); at--) {
    const path = at >= 0 ? paths[at] : ROOT;
    validateString(path, `paths[${at}]`);
    if (path.length > 0) resolved = resolved === "" ? path : `${path}/${resolved}`;
  }
  const isAbsolute = resolved.startsWith("/");
  const normal = normalizeParts(resolved, isAbsolute);
  return isAbsolute ? `/${normal}` : normal || DOT;
}

function normalize(path) {
  validateString(path, "path");
  if (path.length === 0) return DOT;
  const isAbsolute = path.startsWith("/");
  const normal = normalizeParts(path, isAbsolute);
  const trailing = path.endsWith("/");
  if (normal === "") return isAbsolute ? "/" : trailing ? "./" : DOT;
  return `${isAbsolute ? "/" : ""}${normal}${trailing ? "/" : ""}`;
}

function isAbsolute(path) {
  validateString(path, "path");
  return path.startsWith("/");
}

function join(...paths) {
  for (const path of paths) validateString(path, "path");
  const joined = paths.filter((path) => path.length > 0).join("/");
  return joined === "" ? DOT : normalize(joined);
}

function relative(from, to) {
  validateString(from, "from");
  validateString(to, "to");
  const [start, end] = [resolve(from), resolve(to)];
  if (start === end) return "";
  const left = start.split("/").filter(Boolean);
  const right = end.split("/").filter(Boolean);
  let same = 0;
  while (same < left.length && same < right.length && left[same] === right[same]) same++;
  return [...left.slice(same).map(() => ".."), ...right.slice(same)].join("/");
}

function dirname(path) {
  validateString(path, "path");
  if (path.length === 0) return DOT;
  const trimmed = path.replace(/(?<=.)\/+$/s, "");
  const slash = trimmed.lastIndexOf("/");
  if (slash === -1) return DOT;
  if (trimmed === "/") return "/";
  if (slash === 0) return "/";
  return slash === 1 && path.startsWith("//") ? "//" : trimmed.slice(0, slash);
}

function basename(path, suffix) {
  if (suffix !== undefined) validateString(suffix, "suffix");
  validateString(path, "path");
  const trimmed = path.replace(/\/+$/, "");
  if (suffix && suffix === path) return "";
  if (suffix && trimmed === "" && suffix.length <= path.length) return path;
  const name = trimmed.slice(trimmed.lastIndexOf("/") + 1);
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** A name that only consists of dots at its beginning has no extension. */
function extensionOf(name) {
  const dot = name.lastIndexOf(DOT);
  if (dot <= 0 || name === "..") return "";
  return name.slice(dot);
}

function extname(path) {
  validateString(path, "path");
  return extensionOf(basename(path));
}

function format(separator, parts) {
  validateObject(parts, "pathObject");
  const dir = parts.dir || parts.root;
  const dot = parts.ext ? `${parts.ext[0] === DOT ? "" : DOT}${parts.ext}` : "";
  const name = parts.base || `${parts.name || ""}${dot}`;
  if (!dir) return name;
  return dir === parts.root ? `${dir}${name}` : `${dir}${separator}${name}`;
}

function parse(path) {
  validateString(path, "path");
  const root = path.startsWith("/") ? "/" : "";
  const base = basename(path);
  const ext = extensionOf(base);
  const trimmed = path.replace(/\/+$/, "");
  const slash = trimmed.lastIndexOf("/");
  const dir = slash > 0 ? trimmed.slice(0, slash) : root;
  return { root, dir, base, ext, name: ext === "" ? base : base.slice(0, -ext.length) };
}

const posix = {
  resolve,
  normalize,
  isAbsolute,
  join,
  relative,
  toNamespacedPath: (path) => path,
  dirname,
  basename,
  extname,
  format: (parts) => format("/", parts),
  parse,
  matchesGlob: (path, pattern) => {
    validateString(path, "path");
    validateString(pattern, "pattern");
    return require("glob").matches(path, pattern);
  },
  sep: "/",
  delimiter: ":",
  win32: null,
  posix: null,
  _format: format,
  _normalizeParts: normalizeParts,
  _extensionOf: extensionOf,
};
for (const name of ["_format", "_normalizeParts", "_extensionOf"]) Object.defineProperty(posix, name, { enumerable: false });

posix.posix = posix;
module.exports = posix;
posix.win32 = require("path_win32");
posix.win32.posix = posix;
