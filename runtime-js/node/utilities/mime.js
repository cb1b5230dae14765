// util.MIMEType and util.MIMEParams.

const { codes } = require("errors");

const NOT_TOKEN = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/;
const NOT_QUOTABLE = /[^\t\u0020-~\u0080-\u00FF]/;

const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function parseType(text) {
  const trimmed = text.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, "");
  const slash = trimmed.indexOf("/");
  const type = slash === -1 ? trimmed : trimmed.slice(0, slash);
  const wrong = type.search(NOT_TOKEN);
  if (type === "" || slash === -1 || wrong !== -1) throw new TypeError(`Not a valid MIME type: ${text}`);
  const semicolon = trimmed.indexOf(";", slash);
  const raw = semicolon === -1 ? trimmed.slice(slash + 1) : trimmed.slice(slash + 1, semicolon);
  const subtype = raw.replace(/[\t\n\f\r ]+$/, "");
  const wrongSub = subtype.search(NOT_TOKEN);
  if (subtype === "" || wrongSub !== -1) throw new TypeError(`Not a valid MIME type: ${text}`);
  return { type: lower(type), subtype: lower(subtype), rest: semicolon === -1 ? "" : trimmed.slice(semicolon + 1) };
}

function parseParameters(text, map) {
  const pattern = /[\t\n\f\r ]*([^;=]*)(?:=(?:"((?:\\.|[^"\\])*)"?[^;]*|([^;]*)))?(?:;|$)/g;
  for (const [whole, rawName, quoted, plain] of text.matchAll(pattern)) {
    if (whole === "") break;
    const name = lower(rawName);
    const value = quoted === undefined ? plain?.replace(/[\t\n\f\r ]+$/, "") : quoted.replace(/\\(.?)/g, "$1");
    if (value === undefined || (quoted === undefined && value === "")) continue;
    if (name !== "" && !NOT_TOKEN.test(name) && !NOT_QUOTABLE.test(value) && !map.has(name)) map.set(name, value);
  }
}

const shown = (value) => value === "" || NOT_TOKEN.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value;

class MIMEParams {
  #map = new Map();

  delete(name) {
    this.#map.delete(`${name}`);
  }

  get(name) {
    return this.#map.get(`${name}`) ?? null;
  }

  has(name) {
    return this.#map.has(`${name}`);
  }

  set(givenName, givenValue) {
    const [name, value] = [`${givenName}`, `${givenValue}`];
    const wrong = name.search(NOT_TOKEN);
    if (name.length === 0 || wrong !== -1) throw new codes.ERR_INVALID_MIME_SYNTAX("parameter name", name, wrong);
    const wrongValue = value.search(NOT_QUOTABLE);
    if (wrongValue !== -1) throw new codes.ERR_INVALID_MIME_SYNTAX("parameter value", value, wrongValue);
    this.#map.set(name, value);
  }

  *entries() {
    yield* this.#map.entries();
  }

  *keys() {
    yield* this.#map.keys();
  }

  *values() {
    yield* this.#map.values();
  }

  toString() {
    return [...this.#map].map(([name, value]) => `${name}=${shown(value)}`).join(";");
  }

  toJSON() {
    return this.toString();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  static _parse(params, text) {
    parseParameters(text, params.#map);
    return params;
  }
}
const fill = MIMEParams._parse;
delete MIMEParams._parse;

class MIMEType {
  #type;
  #subtype;
  #params;

  constructor(given) {
    const { type, subtype, rest } = parseType(`${given}`);
    this.#type = type;
    this.#subtype = subtype;
    this.#params = fill(new MIMEParams(), rest);
  }

  get type() {
    return this.#type;
  }

  set type(given) {
    const text = `${given}`;
    const wrong = text.search(NOT_TOKEN);
    if (text.length === 0 || wrong !== -1) throw new TypeError("Not a valid MIME type");
    this.#type = lower(text);
  }

  get subtype() {
    return this.#subtype;
  }

  set subtype(given) {
    const text = `${given}`;
    const wrong = text.search(NOT_TOKEN);
    if (text.length === 0 || wrong !== -1) throw new TypeError("Not a valid MIME subtype");
    this.#subtype = lower(text);
  }

  get essence() {
    return `${this.#type}/${this.#subtype}`;
  }

  get params() {
    return this.#params;
  }

  toString() {
    const params = this.#params.toString();
    return params === "" ? this.essence : `${this.essence};${params}`;
  }

  toJSON() {
    return this.toString();
  }
}

module.exports = { MIMEParams, MIMEType };
