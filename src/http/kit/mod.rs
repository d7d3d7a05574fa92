//! What goes in and out, strictly, and how a handler comes to its answer.

pub(super) mod answers;
pub(super) mod change;
pub(super) mod cursor;
pub(super) mod error;
pub(super) mod extract;
pub(super) mod fault;
pub(super) mod qr;
