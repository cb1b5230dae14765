// process.env: text that belongs to the isolate, filled from the variables of the Worker.

const { core, env, flags } = platform;

/** Bindings that are text or JSON; resources are not. */
function* variables() {
  for (const name of Object.keys(env)) {
    const value = env[name];
    if (typeof value === "string") yield [name, value];
    else if (isPlain(value)) yield [name, JSON.stringify(value)];
  }
}

function isPlain(value) {
  if (value === null || typeof value === "number" || typeof value === "boolean") return true;
  if (typeof value !== "object" || core.isProxy(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
}

function toText(value) {
  if (typeof value === "symbol") throw new TypeError("Cannot convert a symbol value to a string");
  return `${value}`;
}

const values = {};
if (flags.includes("nodejs_compat_populate_process_env")) {
  for (const [name, value] of variables()) values[name] = value;
}

module.exports = new Proxy(values, {
  set: (target, name, value) => {
    target[toText(name)] = toText(value);
    return true;
  },
  defineProperty: (target, name, descriptor) => {
    target[toText(name)] = toText(descriptor.value);
    return true;
  },
});
