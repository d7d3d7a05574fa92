//! The API described, for people and programs, and what is generated from that.

pub(super) mod described;
pub(super) mod docs;
pub(super) mod examples;
pub mod openapi;
#[cfg(test)]
pub(super) mod own_types;
#[cfg(test)]
pub(super) mod told;
#[cfg(test)]
pub(super) mod typescript;
