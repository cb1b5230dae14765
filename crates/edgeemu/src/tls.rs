//! HTTPS for the local server, with a certificate made up at start, and a client that trusts this certificate.

use std::sync::Arc;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rcgen::{CertificateParams, CertifiedKey, DnType, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

use crate::error::BuildError;

/// What makes connections to the server secure.
#[derive(Clone)]
pub(crate) struct Secured {
    pub(crate) acceptor: TlsAcceptor,
    /// What the server shows, for clients that have to know it: DER.
    pub(crate) certificate: Vec<u8>,
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Makes a new self-signed certificate for these names and addresses. Browsers ask whether to trust it.
pub(crate) fn secure(names: &[String]) -> Result<Secured, BuildError> {
    let refused = |error: &dyn std::error::Error| BuildError::Tls(error.to_string());
    let made = certificate(names).map_err(|error| refused(&error))?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?;
    let mut config = config
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .map_err(|error| refused(&error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Secured { acceptor: TlsAcceptor::from(Arc::new(config)), certificate: made.cert.der().to_vec() })
}

fn certificate(names: &[String]) -> Result<CertifiedKey<KeyPair>, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut about = CertificateParams::new(names)?;
    about.distinguished_name.push(DnType::CommonName, "edgeemu dev");
    let cert = about.self_signed(&key)?;
    Ok(CertifiedKey { cert, signing_key: key })
}

/// Connects to a server with or without TLS; trusts nobody but the holder of `certificate` (DER).
pub(crate) fn connector(certificate: Option<Vec<u8>>) -> HttpsConnector<HttpConnector> {
    let mut roots = RootCertStore::empty();
    // Without it nobody is trusted, and the connection fails with the reason.
    roots.add_parsable_certificates(certificate.map(CertificateDer::from));
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let config = config.expect("ring speaks the protocols that rustls has").with_root_certificates(roots);
    HttpsConnectorBuilder::new().with_tls_config(config.with_no_client_auth()).https_or_http().enable_http1().build()
}
