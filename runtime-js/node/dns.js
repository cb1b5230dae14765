// node:dns: the same questions for those who pass a callback.

const { validateFunction } = require("validators");
const promises = require("dns_promises");

/** Calls back with what the promise gives. */
function calling(action, spread = (value) => [value]) {
  return function (...values) {
    const callback = values.pop();
    validateFunction(callback, "callback");
    Reflect.apply(action, this, values).then((value) => callback(null, ...spread(value)), (error) => callback(error));
  };
}

const QUESTIONS = /^(resolve|reverse|lookupService)/;
const dns = { ...promises, promises };
for (const name of Object.keys(promises)) if (QUESTIONS.test(name)) dns[name] = calling(promises[name]);
dns.lookup = calling(promises.lookup, (found) => (Array.isArray(found) ? [found] : [found.address, found.family]));

class Resolver extends promises.Resolver {}
for (const name of Object.keys(promises.Resolver.prototype)) Resolver.prototype[name] = calling(promises.Resolver.prototype[name]);

module.exports = Object.assign(dns, { Resolver });
