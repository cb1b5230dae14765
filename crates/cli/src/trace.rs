//! What edgeemu writes about its own work: nothing, unless `EDGEEMU_LOG` asks for it.

use tracing_subscriber::EnvFilter;

use crate::environment::Environment;
use crate::error::CliError;

/// Starts to write to stderr what `EDGEEMU_LOG` asks for, for example `debug` or `edgeemu_bundle=trace`.
pub(crate) fn start(environment: &Environment) -> Result<(), CliError> {
    let Some(filter) = &environment.log_filter else { return Ok(()) };
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        CliError::usage(format!("`EDGEEMU_LOG` is not a filter: `{filter}`"))
            .cause(error)
            .hint("write `debug`, or `edgeemu_bundle=trace,edgeemu=debug`")
    })?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    Ok(())
}
