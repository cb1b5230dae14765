//! Searches what the platform may do to a Worker: every order of events, every stale answer, every fault that the
//! documentation allows, until something breaks; then the smallest story in which it breaks.
//!
//! One run is a [`Run`]: a machine that owns time, order and KV, and tells a [`Driver`] what to do next. Whatever may
//! happen in more than one way is a [`Decision`], and a [`Strategy`] makes it. The first alternative is always the
//! boring one, so that a whole run is written down as the few places where it was not boring: a [`Plan`]. The same plan
//! gives the same run. [`explore`] looks for a plan that breaks something, and [`shrink`] takes from it what is not
//! needed.
//!
//! Nothing here knows JavaScript. [`reference`] has Workers made of Rust futures, on which all of it is tested.

mod agenda;
mod anomaly;
mod check;
mod decision;
mod driver;
mod explore;
mod grounds;
mod history;
mod operation;
mod plan;

pub mod reference;
mod report;
mod run;
mod setup;
mod shrink;
pub mod strategy;
mod trace;

#[cfg(test)]
mod tests;

pub use agenda::Pending;
pub use anomaly::{Anomaly, Class};
pub use check::{Checks, Expectation, Property};
pub use decision::{Alternative, Decision, Fault};
pub use driver::{Driver, RequestEnd, Stored, Told, Turn, Wait, replay, simulate};
pub use explore::{Options, Progress, Report, Scenario, Stage, Violation, Watch, explore};
pub use grounds::Ground;
pub use history::{Complaint, History, OpRecord, Outcome, TaskRecord, When};
pub use operation::{Failure, Invocation, OpId, Operation, Reply, Request, Response, TaskId};
pub use plan::{Deviation, Plan, PlanError};
pub use report::{causes, grounds, render, render_run, told_of};
pub use run::{Finished, Run};
pub use setup::{Client, Faults, Setup, Step};
pub use shrink::{Shrunk, shrink};
pub use strategy::Strategy;
pub use trace::TraceHash;
