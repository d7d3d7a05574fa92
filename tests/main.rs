//! The acceptance tests: real server processes, real sockets, real faults. Each test is a
//! sentence about people; `support` has the people.

mod support;

mod access;
mod accounts;
mod attacks;
mod balancers;
mod bounds;
mod bus;
mod cli;
mod cluster;
mod cluster_faults;
mod cluster_feeds;
mod cluster_hints;
mod cluster_life;
mod cluster_questions;
mod cluster_rooms;
mod content;
mod contract;
mod crash;
mod database;
mod description;
mod desks;
mod doctor;
mod documents;
mod drain;
mod exports;
mod faults;
mod groups;
mod harness;
mod history;
mod http;
mod load;
mod network;
mod nodes;
mod programs;
mod races;
mod rehearsal;
mod replica;
mod rooms;
mod rules;
mod scope;
mod storage;
mod strangers;
mod supervision;
mod transfers;
