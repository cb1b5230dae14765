//! What the user sees: text in a terminal, or JSON for a program.

pub(crate) mod ask;
pub(crate) mod errors;
mod human;
mod json;
pub(crate) mod keys;
mod message;
mod paint;
pub(crate) mod progress;
mod screen;
pub(crate) mod table;
pub(crate) mod terminal;

pub(crate) use message::{LogLevel, Message};
pub(crate) use screen::{Screen, ScreenOptions};
