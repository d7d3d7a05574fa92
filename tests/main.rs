//! The acceptance tests: real server processes, real sockets, real faults. Each test is a
//! sentence about people; `support` has the people.

mod support;

mod contract;
mod crash;
mod rooms;
mod rules;
