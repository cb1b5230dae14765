// node:https.

const { SecureAgent, globalSecureAgent } = require("http/agent");
const { ClientRequest, optionsOf } = require("http/client");
const { Server } = require("http/server");

const DEFAULTS = { protocol: "https:", port: 443 };

function request(...values) {
  const [options, callback] = optionsOf(...values);
  return new ClientRequest({ ...options, _defaults: DEFAULTS }, callback);
}

function get(...values) {
  const made = request(...values);
  made.end();
  return made;
}

module.exports = {
  Agent: SecureAgent,
  Server,
  createServer: (options, listener) => new Server(options, listener),
  get,
  globalAgent: globalSecureAgent,
  request,
};
