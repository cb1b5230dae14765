//! TLS on both sides of the emulator: a client that looks at certificates, and a server with one that is made up.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use base64::Engine as _;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, ServerConfig, ServerConnection,
    SignatureScheme, StreamOwned,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Takes any certificate and keeps it.
#[derive(Debug, Default)]
struct Curious(Mutex<Option<CertificateDer<'static>>>);

impl ServerCertVerifier for Curious {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.0.lock().expect("nobody panics with it") = Some(end_entity.clone().into_owned());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

/// The certificate that the server at `https://host:port` shows.
pub(crate) fn certificate_of(url: &str) -> Result<CertificateDer<'static>, String> {
    let curious = Arc::new(Curious::default());
    let config =
        builder().dangerous().with_custom_certificate_verifier(Arc::clone(&curious) as _).with_no_client_auth();
    converse(url, config, b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let seen = curious.0.lock().expect("nobody panics with it").take();
    seen.ok_or_else(|| "the server showed no certificate".to_owned())
}

/// A client that trusts this certificate alone and speaks these protocols.
pub(crate) fn trusting(certificate: &CertificateDer<'static>, protocols: &[&str]) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).map_err(|error| error.to_string())?;
    let mut config = builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    Ok(config)
}

fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    builder.expect("the provider knows the protocols")
}

/// Sends bytes to `https://host:port` and reads until the server closes. The host is also the name that the certificate
/// has to have.
pub(crate) fn converse(url: &str, config: ClientConfig, request: &[u8]) -> Result<String, String> {
    let address = url.trim_start_matches("https://");
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host).to_owned();
    let name = ServerName::try_from(host).map_err(|error| error.to_string())?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    let socket = TcpStream::connect(address.replace("localhost", "127.0.0.1")).map_err(|error| error.to_string())?;
    socket.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
    let mut stream = StreamOwned::new(connection, socket);
    stream.write_all(request).map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => Err(error.to_string()),
        _ => Ok(String::from_utf8_lossy(&answer).into_owned()),
    }
}

/// An origin that speaks TLS with a certificate nobody knows.
pub(crate) struct Origin {
    pub(crate) url: String,
    certificate: CertificateDer<'static>,
    answering: JoinHandle<Result<String, String>>,
}

impl Origin {
    /// Answers one request that gets through, with this body.
    pub(crate) fn answer_once(body: &'static str) -> Origin {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made");
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()).into();
        let config = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let config = config.expect("the provider knows the protocols").with_no_client_auth();
        let config =
            config.with_single_cert(vec![certificate.clone()], key).expect("the key is that of the certificate");
        let listener = TcpListener::bind("127.0.0.1:0").expect("the system has a free port");
        let port = listener.local_addr().expect("it listens").port();
        let config = Arc::new(config);
        let answering = thread::spawn(move || {
            loop {
                let (socket, _) = listener.accept().map_err(|error| error.to_string())?;
                // A client that does not trust the certificate leaves in the middle.
                if let Ok(head) = answer(socket, &config, body) {
                    return Ok(head);
                }
            }
        });
        Origin { url: format!("https://localhost:{port}"), certificate, answering }
    }

    /// The certificate as files have it.
    pub(crate) fn pem(&self) -> String {
        let text = base64::engine::general_purpose::STANDARD.encode(&self.certificate);
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// The head of the request it answered.
    pub(crate) fn seen(self) -> Result<String, String> {
        self.answering.join().expect("it does not panic")
    }
}

fn answer(socket: TcpStream, config: &Arc<ServerConfig>, body: &str) -> Result<String, String> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(|error| error.to_string())?;
    let mut stream = StreamOwned::new(connection, socket);
    let mut head = [0; 4096];
    let read = stream.read(&mut head).map_err(|error| error.to_string())?;
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).map_err(|error| error.to_string())?;
    stream.conn.send_close_notify();
    stream.flush().map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&head[..read]).into_owned())
}
