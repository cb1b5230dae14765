//! The signals that ask the program to end.

use crate::error::CliError;

#[cfg(unix)]
pub(crate) use unix::Signals;
#[cfg(not(unix))]
pub(crate) use windows::Signals;

fn refused(error: &std::io::Error) -> CliError {
    CliError::internal("signals cannot be received").cause(error)
}

#[cfg(unix)]
mod unix {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::refused;
    use crate::error::CliError;

    /// Ctrl-C, a request to end, and a terminal that goes away.
    pub(crate) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hangup: Signal,
    }

    impl Signals {
        pub(crate) fn listen() -> Result<Signals, CliError> {
            let listen = |kind| signal(kind).map_err(|error| refused(&error));
            Ok(Signals {
                interrupt: listen(SignalKind::interrupt())?,
                terminate: listen(SignalKind::terminate())?,
                hangup: listen(SignalKind::hangup())?,
            })
        }

        /// Waits for the next one.
        pub(crate) async fn next(&mut self) {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
                _ = self.hangup.recv() => {}
            }
        }
    }
}

#[cfg(not(unix))]
mod windows {
    use super::refused;
    use crate::error::CliError;

    /// Ctrl-C.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn listen() -> Result<Signals, CliError> {
            Ok(Signals)
        }

        /// Waits for the next one.
        pub(crate) async fn next(&mut self) {
            if let Err(error) = tokio::signal::ctrl_c().await {
                tracing::error!(reason = refused(&error).message(), "Ctrl-C is not seen");
                std::future::pending::<()>().await;
            }
        }
    }
}
