//! The parts of a configuration that are not bindings: one file each.

mod build;
mod consumers;
mod dev;
mod exports;
mod ignored;
mod limits;
mod migrations;
mod observability;
mod routes;
mod rules;
mod site;
mod triggers;
mod vars;

pub use build::{BundleSettings, CustomBuild};
pub use consumers::{QueueConsumer, TailConsumer};
pub use dev::{DevSettings, Protocol};
pub use exports::{Export, ExportState};
pub use limits::Limits;
pub use migrations::{ClassBackend, Migration, RenamedClass, TransferredClass, fold_classes};
pub use routes::Route;
pub use rules::{ModuleType, Rule};
pub use site::Site;

pub(crate) use consumers::{queue_consumers, tail_consumers};
pub(crate) use exports::exports;
pub(crate) use ignored::ignored;
pub(crate) use limits::limits;
pub(crate) use migrations::migrations;
pub(crate) use observability::observability;
pub(crate) use routes::routes;
pub(crate) use site::site;
pub(crate) use triggers::crons;
pub(crate) use vars::{required_secrets, vars};
