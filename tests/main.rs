//! One binary, one module a subject; `support` has what they share.

mod storage;
mod support;
