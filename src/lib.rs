pub mod ids;
pub mod matching;
pub mod protocol;
pub mod room;
pub mod time;
