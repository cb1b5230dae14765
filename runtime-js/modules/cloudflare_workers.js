// "cloudflare:workers" as an importable module: its exports are made in entrypoints.js.
(function () {
const { internals } = __bootstrap;
return internals.workersModule;
})();
