// node:url.

const { codes } = require("errors");
const { validateObject } = require("validators");
const legacy = require("url/legacy");

const isURL = (value) => value instanceof URL || (typeof value?.href === "string" && value.protocol && value.auth === undefined && value.path === undefined);

function decodePath(pathname) {
  if (/%2f/i.test(pathname)) throw new codes.ERR_INVALID_FILE_URL_PATH("must not include encoded / characters");
  return decodeURIComponent(pathname);
}

function windowsPath(url) {
  if (/%2f|%5c/i.test(url.pathname)) throw new codes.ERR_INVALID_FILE_URL_PATH("must not include encoded \\ or / characters");
  const path = decodeURIComponent(url.pathname.replaceAll("/", "\\"));
  if (url.hostname !== "") return `\\\\${domainToUnicode(url.hostname)}${path}`;
  if (!/^\\[A-Za-z]:/.test(path)) throw new codes.ERR_INVALID_FILE_URL_PATH("must be absolute");
  return path.slice(1);
}

function fileURLToPath(given, options = undefined) {
  const url = typeof given === "string" ? new URL(given) : given;
  if (!isURL(url)) throw new codes.ERR_INVALID_ARG_TYPE("path", ["string", "URL"], given);
  if (url.protocol !== "file:") throw new codes.ERR_INVALID_URL_SCHEME("file");
  if (options?.windows) return windowsPath(url);
  if (url.hostname !== "") throw new codes.ERR_INVALID_FILE_URL_HOST("linux");
  return decodePath(url.pathname);
}

const PATH_ESCAPES = { "%": "%25", "\\": "%5C", "\n": "%0A", "\r": "%0D", "\t": "%09", "?": "%3F", "#": "%23" };

function pathToFileURL(path, options = undefined) {
  if (typeof path !== "string") throw new codes.ERR_INVALID_ARG_TYPE("path", "string", path);
  const paths = options?.windows ? require("path_win32") : require("path");
  let resolved = paths.resolve(path);
  if (/[\\/]$/.test(path) && !resolved.endsWith(paths.sep)) resolved += paths.sep;
  if (options?.windows) resolved = `/${resolved.replaceAll("\\", "/")}`;
  return new URL(`file://${resolved.replace(/[%\\\n\r\t?#]/g, (letter) => PATH_ESCAPES[letter])}`);
}

function domainToASCII(domain) {
  if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS("domain");
  try {
    return new URL(`ws://${domain}`).hostname;
  } catch {
    return "";
  }
}

function domainToUnicode(domain) {
  if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS("domain");
  return require("punycode").toUnicode(domainToASCII(domain));
}

function urlToHttpOptions(url) {
  validateObject(url, "url", { arrays: true, functions: true });
  const { hostname, pathname, port, username, password, search } = url;
  const options = {
    __proto__: null,
    ...url,
    protocol: url.protocol,
    hostname: hostname?.startsWith("[") ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ""}${search || ""}`,
    href: url.href,
  };
  if (port !== "") options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

module.exports = {
  URL,
  URLSearchParams,
  Url: legacy.Url,
  domainToASCII,
  domainToUnicode,
  fileURLToPath,
  format: legacy.format,
  parse: legacy.parse,
  pathToFileURL,
  resolve: legacy.resolve,
  resolveObject: legacy.resolveObject,
  toPathIfFileURL: (value) => (isURL(value) && value?.href ? fileURLToPath(value) : value),
  urlToHttpOptions,
};
