//! TCP connections that a Worker opens, with or without TLS.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use hyper_rustls::ConfigBuilderExt as _;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;

/// What is read at a time at most, in bytes.
const CHUNK_BYTES: usize = 16 << 10;

/// Anything that carries bytes both ways.
trait Carrier: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Carrier for T {}

type Stream = Box<dyn Carrier>;

/// One connection. Each direction is used by one operation at a time.
pub(crate) struct Connection {
    /// The invocation it belongs to.
    pub(crate) context: u32,
    reading: Mutex<Option<ReadHalf<Stream>>>,
    writing: Mutex<Option<WriteHalf<Stream>>>,
    /// Whom it is connected with.
    pub(crate) remote: RefCell<String>,
}

impl Connection {
    /// Connects; with TLS at once if that is wanted.
    pub(crate) async fn open(context: u32, address: (&str, u16), tls: bool) -> io::Result<Rc<Connection>> {
        let stream = edgeemu_world::connect(address.0, address.1).await?;
        stream.set_nodelay(true)?;
        let remote = stream.peer_addr()?.to_string();
        let stream: Stream = if tls { secured(Box::new(stream), address.0).await? } else { Box::new(stream) };
        let (reading, writing) = tokio::io::split(stream);
        Ok(Rc::new(Connection {
            context,
            reading: Mutex::new(Some(reading)),
            writing: Mutex::new(Some(writing)),
            remote: RefCell::new(remote),
        }))
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn read(&self) -> io::Result<Option<Bytes>> {
        let mut reading = self.reading.lock().await;
        let Some(half) = reading.as_mut() else { return Ok(None) };
        let mut bytes = BytesMut::with_capacity(CHUNK_BYTES);
        let count = half.read_buf(&mut bytes).await?;
        Ok((count > 0).then(|| bytes.freeze()))
    }

    /// Writes all of it.
    pub(crate) async fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut writing = self.writing.lock().await;
        let Some(half) = writing.as_mut() else { return Err(io::ErrorKind::BrokenPipe.into()) };
        half.write_all(bytes).await?;
        half.flush().await
    }

    /// Nothing more will be written.
    pub(crate) async fn finish(&self) -> io::Result<()> {
        match self.writing.lock().await.as_mut() {
            Some(half) => half.shutdown().await,
            None => Ok(()),
        }
    }

    /// Takes both directions for a new connection with TLS around them.
    pub(crate) async fn secure(&self, host: &str) -> io::Result<Rc<Connection>> {
        let (reading, writing) = (self.reading.lock().await.take(), self.writing.lock().await.take());
        let (Some(reading), Some(writing)) = (reading, writing) else { return Err(io::ErrorKind::NotConnected.into()) };
        let stream = secured(reading.unsplit(writing), host).await?;
        let (reading, writing) = tokio::io::split(stream);
        Ok(Rc::new(Connection {
            context: self.context,
            reading: Mutex::new(Some(reading)),
            writing: Mutex::new(Some(writing)),
            remote: self.remote.clone(),
        }))
    }
}

async fn secured(stream: Stream, host: &str) -> io::Result<Stream> {
    let config = rustls::ClientConfig::builder().with_native_roots()?.with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    Ok(Box::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?))
}
