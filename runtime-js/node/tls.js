// node:tls.

const { notImplemented } = require("errors");
const { SecureContext, createSecureContext } = require("tls/context");
const { TLSSocket, connect } = require("tls/socket");

function refuse() {
  throw new Error("Not implemented");
}

class Server {
  constructor() {
    refuse();
  }
}

/** Whether the certificate is for this host: an error if it is not. */
function checkServerIdentity(hostname, { subject, subjectaltname = "" }) {
  const names = subjectaltname === "" ? [subject.CN] : subjectaltname.split(", ").filter((one) => one.startsWith("DNS:")).map((one) => one.slice(4));
  const matches = (name) => name?.toLowerCase() === hostname.toLowerCase() || (name?.startsWith("*.") && hostname.slice(hostname.indexOf(".") + 1).toLowerCase() === name.slice(2).toLowerCase());
  if (names.some(matches)) return undefined;
  const reason = `Host: ${hostname}. is not in the cert's altnames: ${subjectaltname}`;
  return Object.assign(new Error(`Hostname/IP does not match certificate's altnames: ${reason}`), { code: "ERR_TLS_CERT_ALTNAME_INVALID", reason, host: hostname, cert: { subject, subjectaltname } });
}

/** Names of protocols, each after its length. */
function convertALPNProtocols(protocols, out) {
  if (Array.isArray(protocols)) out.ALPNProtocols = require("buffer").Buffer.concat(protocols.map((name) => require("buffer").Buffer.from(`${String.fromCharCode(name.length)}${name}`, "latin1")));
  else if (ArrayBuffer.isView(protocols)) out.ALPNProtocols = require("buffer").Buffer.from(protocols);
}

module.exports = {
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  DEFAULT_CIPHERS: "",
  DEFAULT_ECDH_CURVE: "auto",
  DEFAULT_MAX_VERSION: "TLSv1.3",
  DEFAULT_MIN_VERSION: "TLSv1.2",
  SecureContext,
  Server,
  TLSSocket,
  checkServerIdentity,
  connect,
  convertALPNProtocols,
  createSecureContext,
  createSecurePair: notImplemented("createSecurePair"),
  createServer: refuse,
  getCiphers: refuse,
  rootCertificates: [],
};
