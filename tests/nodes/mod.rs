//! Several nodes on one real PostgreSQL: who is there, who matches, and what happens when one is killed, paused or
//! cut off. Each is a heart and a bus as a server has them, with bounds so short that a death takes parts of a
//! second. Nothing waits by sleeping: everything for an event, or for what is on file.

mod faults;
mod life;
mod node;
mod statements;
mod times;
