//! HTTPS for the local server, with a certificate made up at start.

use std::sync::Arc;

use rcgen::{CertificateParams, CertifiedKey, DnType, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::error::BuildError;

/// An acceptor with a new self-signed certificate for these names and addresses. Browsers ask whether to trust it.
pub(crate) fn acceptor(names: &[String]) -> Result<TlsAcceptor, BuildError> {
    let refused = |error: &dyn std::error::Error| BuildError::Tls(error.to_string());
    let made = certificate(names).map_err(|error| refused(&error))?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?;
    let mut config = config
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .map_err(|error| refused(&error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificate(names: &[String]) -> Result<CertifiedKey<KeyPair>, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut about = CertificateParams::new(names)?;
    about.distinguished_name.push(DnType::CommonName, "edgeemu dev");
    let cert = about.self_signed(&key)?;
    Ok(CertifiedKey { cert, signing_key: key })
}
