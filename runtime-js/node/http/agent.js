// node:http Agent: accepted, and of no effect, since the platform keeps the connections.

const EventEmitter = require("events");

class Agent extends EventEmitter {
  constructor(options = {}) {
    super();
    Object.assign(this, {
      defaultPort: 80,
      protocol: "http:",
      options: { ...options, noDelay: options.noDelay ?? true, path: null },
      agentKeepAliveTimeoutBuffer: 1000,
      keepAliveMsecs: options.keepAliveMsecs ?? 1000,
      keepAlive: options.keepAlive ?? false,
      maxSockets: options.maxSockets ?? Infinity,
      maxFreeSockets: options.maxFreeSockets ?? 256,
      maxTotalSockets: options.maxTotalSockets ?? Infinity,
      scheduling: options.scheduling ?? "lifo",
      sockets: {},
      freeSockets: {},
      requests: {},
      totalSocketCount: 0,
    });
  }

  getName(options = {}) {
    return `${options.host ?? "localhost"}:${options.port ?? ""}:${options.localAddress ?? ""}`;
  }

  destroy() {}
}

class SecureAgent extends Agent {
  constructor(options = {}) {
    super(options);
    this.defaultPort = 443;
    this.protocol = "https:";
  }
}

module.exports = { Agent, SecureAgent, globalAgent: new Agent({ keepAlive: true, timeout: 5000 }), globalSecureAgent: new SecureAgent({ keepAlive: true, timeout: 5000 }) };
