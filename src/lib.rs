#[cfg(feature = "server")]
pub mod clock;
pub mod ids;
pub mod matching;
pub mod protocol;
#[cfg(feature = "server")]
pub mod storage;
pub mod time;
