// node:trace_events: nothing is traced.

const { validateObject } = require("validators");

function createTracing(options) {
  validateObject(options, "options");
  return { categories: (options.categories ?? []).join(","), enabled: false, enable: () => {}, disable: () => {} };
}

module.exports = { createTracing, getEnabledCategories: () => undefined };
