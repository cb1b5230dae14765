// url.parse and its relatives, from before URLs had a standard.

const { codes } = require("errors");
const { validateObject, validateString } = require("validators");
const querystring = require("querystring");

const SLASHED = new Set(["http", "https", "ftp", "gopher", "file", "ws", "wss"].flatMap((name) => [name, `${name}:`]));
const SCRIPT = new Set(["javascript", "javascript:"]);
const FIELDS = ["protocol", "slashes", "auth", "host", "port", "hostname", "hash", "search", "query", "pathname", "path", "href"];

/** Callable without `new`, like every class of its age. */
function Url() {
  for (const field of FIELDS) this[field] = null;
}

const escapes = (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
const escapeRest = (text) => text.replace(/[\t\n\r "'<>\\^`{|}]/g, escapes);

/** Where the host ends: at the first of `/ ? #`, after the last `@` before them. */
function splitHost(rest) {
  const end = rest.search(/[/?#]/);
  const hostEnd = end === -1 ? rest.length : end;
  const at = rest.lastIndexOf("@", hostEnd - 1);
  const start = at === -1 ? 0 : at + 1;
  const stop = rest.slice(start, hostEnd).search(/[\t\n\r "%';<>\\^`{|}]/);
  const cut = stop === -1 ? hostEnd : start + stop;
  return { auth: at === -1 ? null : decodeURIComponent(rest.slice(0, at)), host: rest.slice(start, cut), rest: rest.slice(cut) };
}

function toASCII(hostname) {
  return require("punycode").toASCII(hostname);
}

function setHost(url, text, given) {
  url.host = text;
  const port = /:(\d*)$/.exec(text);
  let name = text;
  if (port !== null) {
    if (port[1] !== "") url.port = port[1];
    name = text.slice(0, -port[0].length);
  }
  const isIpv6 = name.startsWith("[") && name.endsWith("]");
  if (!isIpv6 && /[^\u0000-\u007f]/.test(name)) name = toASCII(name);
  url.hostname = name.length > 255 ? "" : name.toLowerCase();
  if (!isIpv6 && /[\0\t\n\r #%/:<>?@[\\\]^|]/.test(url.hostname)) throw Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: given });
  url.host = `${url.hostname}${url.port === null ? "" : `:${url.port}`}`;
  if (isIpv6) url.hostname = url.hostname.slice(1, -1);
}

/** Backslashes before the query are slashes. */
function normalized(text) {
  const query = text.search(/[?#]/);
  const [head, tail] = query === -1 ? [text, ""] : [text.slice(0, query), text.slice(query)];
  return `${head.replaceAll("\\", "/")}${tail}`.trim();
}

Url.prototype.parse = function (given, parseQuery = false, slashesDenoteHost = false) {
  validateString(given, "url");
  let rest = normalized(given);
  const protocol = /^[a-z0-9.+-]+:/i.exec(rest)?.[0];
  const lower = protocol?.toLowerCase();
  if (protocol !== undefined) {
    this.protocol = lower;
    rest = rest.slice(protocol.length);
  }
  const isScript = SCRIPT.has(lower);
  if ((slashesDenoteHost || protocol !== undefined || /^\/\/[^@/]+@[^@/]+/.test(rest)) && rest.startsWith("//") && !isScript) {
    rest = rest.slice(2);
    this.slashes = true;
  }
  if (!isScript && (this.slashes || (protocol !== undefined && !SLASHED.has(lower)))) {
    const parts = splitHost(rest);
    this.auth = parts.auth;
    setHost(this, parts.host, given);
    rest = parts.rest;
  }
  if (!isScript) rest = escapeRest(rest);
  return finish(this, rest, parseQuery);
};

function finish(url, text, parseQuery) {
  let rest = text;
  const hash = rest.indexOf("#");
  if (hash !== -1) {
    url.hash = rest.slice(hash);
    rest = rest.slice(0, hash);
  }
  const question = rest.indexOf("?");
  if (question !== -1) {
    url.search = rest.slice(question);
    url.query = parseQuery ? querystring.parse(rest.slice(question + 1)) : rest.slice(question + 1);
    rest = rest.slice(0, question);
  } else if (parseQuery) {
    url.search = null;
    url.query = { __proto__: null };
  }
  if (rest !== "") url.pathname = rest;
  if (SLASHED.has(url.protocol) && url.hostname && !url.pathname) url.pathname = "/";
  if (url.pathname || url.search) url.path = `${url.pathname ?? ""}${url.search ?? ""}`;
  url.href = url.format();
  return url;
}

Url.prototype.format = function () {
  const auth = this.auth ? `${encodeURIComponent(this.auth).replace(/%3A/i, ":")}@` : "";
  let protocol = this.protocol ?? "";
  let pathname = this.pathname ?? "";
  let host = "";
  if (this.host) host = auth + this.host;
  else if (this.hostname) {
    const name = this.hostname.includes(":") && !this.hostname.startsWith("[") ? `[${this.hostname}]` : this.hostname;
    host = `${auth}${name}${this.port ? `:${this.port}` : ""}`;
  }
  const query = this.query !== null && typeof this.query === "object" ? querystring.stringify(this.query) : "";
  let search = this.search || (query && `?${query}`) || "";
  if (protocol && !protocol.endsWith(":")) protocol += ":";
  pathname = pathname.replaceAll("?", "%3F").replaceAll("#", "%23");
  if (this.slashes || SLASHED.has(protocol)) {
    if (this.slashes || host) {
      if (pathname && !pathname.startsWith("/")) pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (protocol.startsWith("file")) host = "//";
  }
  search = search.replaceAll("#", "%23");
  if (search && !search.startsWith("?")) search = `?${search}`;
  const hash = this.hash && !this.hash.startsWith("#") ? `#${this.hash}` : this.hash ?? "";
  return `${protocol}${host}${pathname}${search}${hash}`;
};

/** The path of `relative` seen from `base`, without dots. */
function resolvePath(base, relative, mustBeAbsolute) {
  const parts = relative.startsWith("/") ? relative.split("/") : [...base.split("/").slice(0, -1), ...relative.split("/")];
  const last = parts.at(-1);
  const trailing = (last === "." || last === ".." || last === "") && parts.length > 1;
  const out = [];
  let up = 0;
  for (let at = parts.length - 1; at >= 0; at--) {
    if (parts[at] === ".") continue;
    if (parts[at] === "..") up++;
    else if (up > 0) up--;
    else out.unshift(parts[at]);
  }
  if (!mustBeAbsolute) while (up-- > 0) out.unshift("..");
  if (mustBeAbsolute && out[0] !== "" && !out[0]?.startsWith("/")) out.unshift("");
  if (trailing && !out.join("/").endsWith("/")) out.push("");
  return out.join("/");
}

Url.prototype.resolve = function (relative) {
  return this.resolveObject(parse(relative, false, true)).format();
};

Url.prototype.resolveObject = function (given) {
  const relative = typeof given === "string" ? parse(given, false, true) : given;
  const result = Object.assign(new Url(), this);
  result.hash = relative.hash;
  if (relative.href === "") {
    result.href = result.format();
    return result;
  }
  if (relative.slashes && !relative.protocol) {
    Object.assign(result, relative, { protocol: this.protocol });
    if (SLASHED.has(result.protocol) && result.hostname && !result.pathname) result.path = result.pathname = "/";
    result.href = result.format();
    return result;
  }
  if (relative.protocol && relative.protocol !== this.protocol) {
    Object.assign(result, relative);
    if (SLASHED.has(relative.protocol) && !relative.host && !/^file:?$/.test(relative.protocol) && relative.pathname) {
      const parts = relative.pathname.split("/");
      while (parts.length > 0 && !(relative.host = parts.shift()));
      Object.assign(result, { host: relative.host || "", hostname: relative.host || "", pathname: `/${parts.join("/")}` });
    }
    result.href = result.format();
    return result;
  }
  return resolveOn(this, relative, result);
};

function resolveOn(base, relative, result) {
  const isRelAbsolute = relative.host || relative.pathname?.startsWith("/");
  const mustBeAbsolute = Boolean(isRelAbsolute || base.pathname?.startsWith("/") || (base.host && relative.pathname));
  if (isRelAbsolute) {
    if (relative.host || relative.host === "") Object.assign(result, { auth: relative.auth, host: relative.host, port: relative.port, hostname: relative.hostname });
    Object.assign(result, { search: relative.search, query: relative.query, pathname: resolvePath("", relative.pathname ?? "", mustBeAbsolute) });
  } else if (relative.pathname) {
    Object.assign(result, { search: relative.search, query: relative.query, pathname: resolvePath(base.pathname ?? "", relative.pathname, mustBeAbsolute) });
  } else if (relative.search !== null && relative.search !== undefined) {
    Object.assign(result, { search: relative.search, query: relative.query });
  }
  if (result.pathname || result.search) result.path = `${result.pathname ?? ""}${result.search ?? ""}`;
  result.auth = relative.auth || result.auth;
  result.slashes = result.slashes || relative.slashes;
  result.href = result.format();
  return result;
}

function parse(url, parseQuery = false, slashesDenoteHost = false) {
  if (url instanceof Url) return url;
  return new Url().parse(url, parseQuery, slashesDenoteHost);
}

function formatStandard(url, options) {
  validateObject(options, "options", { nullable: false });
  const { fragment = true, unicode = false, search = true, auth = true } = options;
  const copy = new URL(url.href);
  if (!fragment) copy.hash = "";
  if (!search) copy.search = "";
  if (!auth) copy.username = copy.password = "";
  return unicode && copy.hostname ? copy.href.replace(copy.hostname, require("punycode").toUnicode(copy.hostname)) : copy.href;
}

function format(value, options = undefined) {
  if (typeof value === "string") return parse(value).format();
  if (typeof value !== "object" || value === null) throw new codes.ERR_INVALID_ARG_TYPE("urlObject", ["Object", "string"], value);
  if (value instanceof URL) return options ? formatStandard(value, options) : value.href;
  return Url.prototype.format.call(value);
}

module.exports = {
  Url,
  format,
  parse,
  resolve: (from, to) => parse(from, false, true).resolve(to),
  resolveObject: (from, to) => (from ? parse(from, false, true).resolveObject(to) : to),
};
