//! The acceptance tests: real server processes, real sockets, real faults. Each test is a
//! sentence about people; `support` has the people.

mod support;

mod cli;
mod contract;
mod crash;
mod drain;
mod faults;
mod harness;
mod history;
mod http;
mod races;
mod rooms;
mod rules;
mod storage;
