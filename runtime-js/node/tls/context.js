// node:_tls_common.

class SecureContext {
  context = undefined;
}

module.exports = { SecureContext, createSecureContext: () => new SecureContext(), translatePeerCertificate: (certificate) => certificate ?? null };
