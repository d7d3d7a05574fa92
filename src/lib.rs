#[cfg(feature = "server")]
pub mod clock;
pub mod ids;
pub mod matching;
pub mod protocol;
pub mod time;
