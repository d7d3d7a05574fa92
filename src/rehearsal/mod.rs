//! A rehearsed consultation: the server plays one whole talk with itself, through its own listener
//! and over real sockets, so that whoever is about to open a centre sees that all of it works.
//!
//! It plays on a test line with a test counsellor, so it counts nowhere and no real counsellor hears
//! of it; it takes no place in any real line, and needs none to be open. It survives nothing: the
//! token and the key it plays with end with it, and what a server that ended leaves behind is
//! closed at the next start (`storage::work::test_data::removal::sweep`).
//!
//! - `handle`: who is let in as the desk that plays; `cast`: what a rehearsal is given
//! - `steps`: the steps, and how far it is; `play`: what is done in each
//! - `player`: one end of a socket; `cleanup`: what must not stay

mod cast;
mod cleanup;
mod handle;
mod play;
mod player;
mod steps;

pub use cast::{Cast, Stage};
pub use handle::Rehearsals;
pub use steps::{Step, StepShown, StepState, Steps};

use play::Play;

/// A rehearsal of ours that was not heard of for so long has broken off without a word on file.
pub const STALE_S: i64 = 60;
/// Why one failed that was not played to its end.
pub const CUT_OFF: &str = "the server ended while the rehearsal ran; rehearse again";

/// Plays a rehearsal, in the background. Everything the cast names is on file by now; all of it is taken away
/// at the end, however it ends.
pub fn start(rehearsals: &Rehearsals, stage: Stage, cast: Cast) {
    rehearsals.admit(cast.id, cast.key.clone());
    let (rehearsals, id) = (rehearsals.clone(), cast.id);
    actix_web::rt::spawn(async move {
        let token = cast.token.0;
        let played = actix_web::rt::spawn(Play::new(stage.clone(), rehearsals.address(), cast).run());
        if played.await.is_err() {
            log::error!(rehearsal:% = id; "a rehearsal broke off");
            cleanup::token(&stage, token).await;
            cleanup::broken(&stage, id).await;
        }
        rehearsals.close();
    });
}
