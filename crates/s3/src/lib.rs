//! R2's S3 API: signed requests, objects, listings, multipart uploads and CORS rules over the buckets of
//! [`edgeemu_r2`], with the codes, texts and documents of production.
//!
//! An [`S3`] answers requests; it opens no sockets. Statuses and texts are those of R2's endpoint, which differ from
//! those of AWS: an unknown key is `Unauthorized`, an old URL `ExpiredRequest`.

mod auth;
mod body;
mod buckets;
mod call;
mod chunked;
mod cors;
mod dates;
mod digests;
mod error;
mod incoming;
mod listing;
mod multipart;
mod objects;
mod options;
mod public;
mod route;
mod screen;
mod service;
mod signature;
#[cfg(test)]
mod tests;
mod xml;

pub use auth::AccessKey;
pub use body::Body;
pub use service::{S3, S3Access, S3Options};
