//! A local emulator of Cloudflare Workers, to embed in tests and tools.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use edgeemu::{Emulator, http};
//!
//! let emulator = Emulator::builder().config("wrangler.jsonc").build().await?;
//! let response = emulator.fetch(http::Request::get("http://example.com/").body("")?).await?;
//! assert_eq!(response.status(), 200);
//! # Ok(()) }
//! ```
//!
//! Data lives in memory unless [`EmulatorBuilder::persist`] says otherwise. Several emulators run in one process
//! without knowing of each other.

mod build_command;
mod builder;
mod cf;
mod clock;
mod control;
mod d1;
mod data;
mod emulator;
mod entry;
mod error;
mod event;
pub mod explore;
mod inbound;
mod inspector;
mod kv;
mod listen;
mod mocks;
mod network;
mod object_classes;
mod objects;
mod pages;
mod project;
pub mod r2;
mod reload;
mod s3;
mod script;
mod server;
mod settings;
mod state;
mod time;
mod tls;
mod watched;
mod worker;
mod worker_handle;
mod workers;

pub use edgeemu_config as config;
pub use edgeemu_d1 as d1_data;
pub use edgeemu_kv::GetOptions;
pub use edgeemu_kv::consistency as kv_consistency;
pub use edgeemu_kv::consistency::{Colo, Profile as KvConsistency, UnknownColo, UnknownProfile};
pub use edgeemu_kv::{BulkEntry, BulkError, BulkFileError, Entry, Key, KvError, ListOptions, ListPage, PutOptions};
pub use edgeemu_runtime::{
    Body, BodyError, ExceptionReport, ExceptionSource, Failure, LaneClosed, Level, LogEvent, LogKind, Outside,
    OutsideAnswer, SocketEvent, StackFrame, StartError, WebSocket,
};
pub use edgeemu_s3::AccessKey;
pub use edgeemu_storage::{Layout, StorageError};
pub use edgeemu_world::{Clock, ClockError, Timestamp, World};
pub use http;

pub use builder::EmulatorBuilder;
pub use clock::ClockHandle;
pub use d1::D1Handle;
pub use emulator::{ColoHandle, Emulator};
pub use error::{BuildError, FetchError, ListenError, ProjectError};
pub use event::{Event, EventSink};
pub use inspector::InspectorOptions;
pub use kv::KvHandle;
pub use listen::ListenOptions;
pub use mocks::Mocks;
pub use network::NoSuchColo;
pub use project::{Project, ProjectOptions};
pub use settings::NetworkSettings;
pub use state::archive::{Archive, CarriedPart, Difference, Sign, StateFilter, StateKind, StatePart};
pub use state::seed::Seed;
pub use state::wrangler::{WranglerState, wrangler_state_dir};
pub use state::{ByteSink, D1Run, R2Download, Running, StateAccess, StateError};
pub use time::{TimeMode, UnknownTimeMode, parse_span};
pub use worker_handle::WorkerHandle;
