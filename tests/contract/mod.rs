//! The contract, letter by letter: every frame's fields, every refusal, every close code.

mod beats;
mod closing;
mod frames;
mod refusals;
mod rfc6455;
mod upgrade;
