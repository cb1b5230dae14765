// node:dns/promises: questions go over HTTPS to the resolver that production asks.

const { codes } = require("errors");
const { validateString } = require("validators");
const { isIP } = require("net");

const RESOLVER = "https://cloudflare-dns.com/dns-query";
const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35, CAA: 257 };

const failures = {
  ADDRGETNETWORKPARAMS: "EADDRGETNETWORKPARAMS",
  BADFAMILY: "EBADFAMILY",
  BADFLAGS: "EBADFLAGS",
  BADHINTS: "EBADHINTS",
  BADNAME: "EBADNAME",
  BADQUERY: "EBADQUERY",
  BADRESP: "EBADRESP",
  BADSTR: "EBADSTR",
  CANCELLED: "ECANCELLED",
  CONNREFUSED: "ECONNREFUSED",
  DESTRUCTION: "EDESTRUCTION",
  EOF: "EOF",
  FILE: "EFILE",
  FORMERR: "EFORMERR",
  LOADIPHLPAPI: "ELOADIPHLPAPI",
  NODATA: "ENODATA",
  NOMEM: "ENOMEM",
  NONAME: "ENONAME",
  NOTFOUND: "ENOTFOUND",
  NOTIMP: "ENOTIMP",
  NOTINITIALIZED: "ENOTINITIALIZED",
  REFUSED: "EREFUSED",
  SERVFAIL: "ESERVFAIL",
  TIMEOUT: "ETIMEOUT",
};

function failure(syscall, code, hostname) {
  return Object.assign(new Error(`${syscall} ${code} ${hostname}`), { errno: undefined, code, syscall, hostname });
}

async function ask(name, type, syscall) {
  validateString(name, "name");
  const response = await platform.fetch(`${RESOLVER}?name=${encodeURIComponent(name)}&type=${type}`, { headers: { accept: "application/dns-json" } });
  const { Status, Answer = [] } = await response.json();
  if (Status === 3) throw failure(syscall, "ENOTFOUND", name);
  const found = Answer.filter((one) => one.type === TYPES[type]);
  if (found.length === 0) throw failure(syscall, "ENODATA", name);
  return found;
}

const dotless = (name) => name.replace(/\.$/, "");
const unquoted = (text) => (text.startsWith('"') ? [...text.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, part]) => part.replace(/\\(.)/g, "$1")) : [text]);

function parseSoa(data) {
  const [nsname, hostmaster, ...numbers] = data.split(" ");
  const [serial, refresh, retry, expire, minttl] = numbers.map(Number);
  return { nsname: dotless(nsname), hostmaster: dotless(hostmaster), serial, refresh, retry, expire, minttl };
}

const parsers = {
  A: ({ data }) => data,
  AAAA: ({ data }) => data,
  CNAME: ({ data }) => dotless(data),
  NS: ({ data }) => dotless(data),
  PTR: ({ data }) => dotless(data),
  TXT: ({ data }) => unquoted(data),
  MX: ({ data }) => ({ exchange: dotless(data.split(" ")[1]), priority: +data.split(" ")[0] }),
  SRV: ({ data }) => {
    const [priority, weight, port, name] = data.split(" ");
    return { name: dotless(name), port: +port, priority: +priority, weight: +weight };
  },
  SOA: ({ data }) => parseSoa(data),
  CAA: ({ data }) => {
    const [critical, tag, value] = data.split(" ");
    return { critical: +critical, [tag]: unquoted(value).join("") };
  },
  NAPTR: ({ data }) => {
    const [order, preference, flags, service, regexp, replacement] = data.split(" ");
    return { flags: unquoted(flags).join(""), service: unquoted(service).join(""), regexp: unquoted(regexp).join(""), replacement: dotless(replacement), order: +order, preference: +preference };
  },
};

const asking = (type, syscall) => async (name, options = undefined) => {
  const found = await ask(name, type, syscall);
  if (options?.ttl) return found.map((one) => ({ address: one.data, ttl: one.TTL }));
  const parsed = found.map(parsers[type]);
  return type === "SOA" ? parsed[0] : parsed;
};

const resolvers = {
  resolve4: asking("A", "queryA"),
  resolve6: asking("AAAA", "queryAaaa"),
  resolveCaa: asking("CAA", "queryCaa"),
  resolveCname: asking("CNAME", "queryCname"),
  resolveMx: asking("MX", "queryMx"),
  resolveNaptr: asking("NAPTR", "queryNaptr"),
  resolveNs: asking("NS", "queryNs"),
  resolvePtr: asking("PTR", "queryPtr"),
  resolveSoa: asking("SOA", "querySoa"),
  resolveSrv: asking("SRV", "querySrv"),
  resolveTxt: asking("TXT", "queryTxt"),
};

async function resolve(name, type = "A") {
  const method = { A: "resolve4", AAAA: "resolve6" }[type] ?? `resolve${type[0]}${type.slice(1).toLowerCase()}`;
  if (resolvers[method] === undefined) throw new codes.ERR_INVALID_ARG_VALUE("rrtype", type);
  return resolvers[method](name);
}

async function lookup(hostname, options = {}) {
  const given = typeof options === "number" ? { family: options } : options;
  const family = { IPv4: 4, IPv6: 6 }[given.family] ?? given.family ?? 0;
  if (isIP(hostname) !== 0) return given.all ? [{ address: hostname, family: isIP(hostname) }] : { address: hostname, family: isIP(hostname) };
  const found = [];
  for (const [version, resolver] of [[4, resolvers.resolve4], [6, resolvers.resolve6]]) {
    if (family !== 0 && family !== version) continue;
    for (const address of await resolver(hostname).catch(() => [])) found.push({ address, family: version });
  }
  if (found.length === 0) throw failure("getaddrinfo", "ENOTFOUND", hostname);
  return given.all ? found : found[0];
}

async function reverse(address) {
  if (isIP(address) !== 4) throw failure("getHostByAddr", isIP(address) === 6 ? "ENOTIMP" : "EINVAL", address);
  return resolvers.resolvePtr(`${address.split(".").reverse().join(".")}.in-addr.arpa`);
}

const refuse = (name) => async () => {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED(name);
};

let order = "verbatim";

class Resolver {
  cancel() {}

  getServers() {
    return [];
  }

  setServers() {}

  setLocalAddress() {}
}
const questions = { ...resolvers, resolve, resolveAny: refuse("dns.resolveAny"), reverse };
Object.assign(Resolver.prototype, questions);

module.exports = {
  ADDRCONFIG: 1024,
  ALL: 256,
  V4MAPPED: 2048,
  ...failures,
  Resolver,
  getDefaultResultOrder: () => order,
  getServers: () => [],
  lookup,
  lookupService: refuse("dns.lookupService"),
  ...questions,
  setDefaultResultOrder: (value) => {
    order = value;
  },
  setServers: () => {},
};
