// util.parseArgs: the arguments of a command line.

const { codes } = require("errors");
const { validateArray, validateBoolean, validateObject, validateOneOf, validateString, validateStringArray } = require("validators");

const isLong = (text) => text.length > 2 && text.startsWith("--");
const isShort = (text) => text.length === 2 && text[0] === "-" && text[1] !== "-";
const isShortGroup = (text) => text.length > 2 && text[0] === "-" && text[1] !== "-";

function checkOptions(options) {
  for (const [name, option] of Object.entries(options)) {
    validateObject(option, `options.${name}`);
    validateOneOf(option.type, `options.${name}.type`, ["string", "boolean"]);
    if (Object.hasOwn(option, "short")) {
      validateString(option.short, `options.${name}.short`);
      if (option.short.length !== 1) throw new codes.ERR_INVALID_ARG_VALUE(`options.${name}.short`, option.short, "must be a single character");
    }
    if (Object.hasOwn(option, "multiple")) validateBoolean(option.multiple, `options.${name}.multiple`);
    if (option.default === undefined) continue;
    const check = option.type === "string" ? validateString : validateBoolean;
    if (option.multiple) {
      validateArray(option.default, `options.${name}.default`);
      if (option.type === "string") validateStringArray(option.default, `options.${name}.default`);
    } else {
      check(option.default, `options.${name}.default`);
    }
  }
}

const longName = (options, letter) => Object.keys(options).find((name) => options[name].short === letter) ?? letter;

/** The arguments as tokens: options, positionals, and the `--` that ends the options. */
function tokensOf(args, options) {
  const tokens = [];
  const rest = args.map((value, index) => ({ value, index }));
  while (rest.length > 0) {
    const { value: arg, index } = rest.shift();
    const next = rest[0]?.value;
    const takesNext = (name) => options[name]?.type === "string" && next !== undefined;
    if (arg === "--") {
      tokens.push({ kind: "option-terminator", index });
      tokens.push(...rest.map((one) => ({ kind: "positional", index: one.index, value: one.value })));
      break;
    }
    if (isShort(arg)) {
      const name = longName(options, arg[1]);
      const value = takesNext(name) ? rest.shift().value : undefined;
      tokens.push({ kind: "option", name, rawName: arg, index, value, inlineValue: value === undefined ? undefined : false });
    } else if (isShortGroup(arg)) {
      rest.unshift(...groupParts(arg, options).map((value) => ({ value, index })));
    } else if (isLong(arg)) {
      const at = arg.indexOf("=");
      if (at > 2) {
        tokens.push({ kind: "option", name: arg.slice(2, at), rawName: arg.slice(0, at), index, value: arg.slice(at + 1), inlineValue: true });
      } else {
        const name = arg.slice(2);
        const value = takesNext(name) ? rest.shift().value : undefined;
        tokens.push({ kind: "option", name, rawName: arg, index, value, inlineValue: value === undefined ? undefined : false });
      }
    } else {
      tokens.push({ kind: "positional", index, value: arg });
    }
  }
  return tokens;
}

/** `-abc` as `-a -b -c`; what follows an option that takes a value is that value. */
function groupParts(arg, options) {
  const parts = [];
  for (let at = 1; at < arg.length; at++) {
    const name = longName(options, arg[at]);
    if (options[name]?.type === "string" && at < arg.length - 1) {
      parts.push(`--${name}=${arg.slice(at + 1)}`);
      break;
    }
    parts.push(`-${arg[at]}`);
  }
  return parts;
}

function checkToken(token, config, negated) {
  const { options, allowPositionals } = config;
  const isKnown = Object.hasOwn(options, token.name);
  if (!isKnown && !negated) throw new codes.ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, allowPositionals);
  const option = options[negated ? token.name.slice(3) : token.name];
  const short = option?.short ? `-${option.short}, ` : "";
  if (option.type === "string" && typeof token.value !== "string") {
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${short}--${token.name} <value>' argument missing`);
  }
  if (option.type === "boolean" && token.value !== undefined) {
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${short}--${token.name}' does not take an argument`);
  }
  if (option.type === "string" && !token.inlineValue && token.value.length > 1 && token.value.startsWith("-")) {
    const example = token.rawName.startsWith("--") ? `'${token.rawName}=-XYZ'` : `'--${token.name}=-XYZ' or '${token.rawName}-XYZ'`;
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
      `Option '${token.rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${token.rawName}'?\n` +
        `To specify an option argument starting with a dash use ${example}.`,
    );
  }
}

function store(values, name, value, options) {
  if (name === "__proto__") return;
  if (options[name]?.multiple) (values[name] ??= []).push(value);
  else values[name] = value;
}

function parseArgs(config = {}) {
  validateObject(config, "config");
  const args = config.args ?? require("process").argv.slice(2);
  const strict = config.strict ?? true;
  const options = config.options ?? {};
  const allowPositionals = config.allowPositionals ?? !strict;
  validateArray(args, "args");
  validateObject(options, "options");
  checkOptions(options);
  const result = { values: { __proto__: null }, positionals: [] };
  const tokens = tokensOf(args, options);
  if (config.tokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === "option") {
      const negated = Boolean(config.allowNegative) && token.name.startsWith("no-") && options[token.name.slice(3)]?.type === "boolean";
      if (strict) checkToken(token, { options, allowPositionals }, negated);
      const name = negated ? token.name.slice(3) : token.name;
      store(result.values, name, negated ? false : token.value ?? true, options);
    } else if (token.kind === "positional") {
      if (!allowPositionals) throw new codes.ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value);
      result.positionals.push(token.value);
    }
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.default !== undefined && result.values[name] === undefined) result.values[name] = option.default;
  }
  return result;
}

module.exports = { parseArgs };
