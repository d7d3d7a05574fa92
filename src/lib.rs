pub mod ids;
pub mod matching;
pub mod protocol;
pub mod time;
