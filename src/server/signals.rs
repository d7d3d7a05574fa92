//! What the process does with signals. No signal but KILL ends it without a drain; what the system sends
//! for a fault of its own (SEGV, ABRT …) is not caught, as there is nothing left to drain with.

use std::future::Future;
use std::process::exit;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::logging;
use crate::start_error::StartError;

/// For so long the log says more after USR1.
const MORE_FOR: Duration = Duration::from_secs(600);
/// What the system would end the process for, though nobody asked for that: USR2, ALRM, STKFLT, XCPU, XFSZ
/// (the write fails instead), VTALRM, PROF, IO, PWR, by their numbers on Linux …
const WITHOUT_MEANING: [i32; 9] = [12, 14, 16, 24, 25, 26, 27, 29, 30];
/// … and those that are nobody's by name.
const REALTIME: std::ops::RangeInclusive<i32> = 34..=64;
/// The exit code of a process that went at the second signal.
const IMPATIENT: i32 = 130;

/// Listens on a thread of its own from the moment it is made, also while the server starts or drains.
pub struct Signals {
    stop: watch::Receiver<bool>,
}

impl Signals {
    /// Starts listening.
    pub fn listen() -> Result<Self, StartError> {
        let cannot = |error: std::io::Error| StartError::new(format_args!("cannot listen for signals: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
        let heard = {
            let _entered = runtime.enter();
            Heard::new().map_err(cannot)?
        };
        let (tell, stop) = watch::channel(false);
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || runtime.block_on(heard.run(&tell)))
            .map_err(cannot)?;
        Ok(Self { stop })
    }

    /// Ends once the process is asked to leave.
    pub fn stop(&self) -> impl Future<Output = ()> + use<> {
        let mut stop = self.stop.clone();
        async move {
            // The thread lives as long as the process.
            let _ = stop.wait_for(|asked| *asked).await;
        }
    }
}

struct Heard {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
    hang_up: Signal,
    more: Signal,
}

impl Heard {
    fn new() -> std::io::Result<Self> {
        for number in WITHOUT_MEANING.into_iter().chain(REALTIME) {
            // The signal stays caught, and nobody listens. One that cannot be caught is somebody else's already (a
            // debugger, a sandbox), and no reason not to serve.
            if let Err(error) = signal(SignalKind::from_raw(number)) {
                log::debug!(signal = number, error:% = error; "a signal cannot be caught");
            }
        }
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hang_up: signal(SignalKind::hangup())?,
            more: signal(SignalKind::user_defined1())?,
        })
    }

    async fn run(mut self, tell: &watch::Sender<bool>) {
        let mut more_until = None;
        loop {
            tokio::select! {
                _ = self.terminate.recv() => leave(tell),
                _ = self.interrupt.recv() => leave(tell),
                _ = self.quit.recv() => leave(tell),
                _ = self.hang_up.recv() => {
                    log::info!("asked to read files again: no option of this version is read from a file");
                }
                _ = self.more.recv() => {
                    more_until = match more_until {
                        None => Some(Instant::now() + MORE_FOR),
                        Some(_) => None,
                    };
                    say_more(more_until.is_some());
                }
                () = sleep_until(more_until.unwrap_or_else(Instant::now)), if more_until.is_some() => {
                    more_until = None;
                    say_more(false);
                }
            }
        }
    }
}

/// The first time the server drains; the second time it is gone at once.
fn leave(tell: &watch::Sender<bool>) {
    if tell.send_replace(true) {
        log::warn!("asked a second time to leave: gone at once");
        exit(IMPATIENT);
    }
}

fn say_more(more: bool) {
    logging::say_more(more);
    if more {
        log::info!("the log says more for {} s, or until the next USR1", MORE_FOR.as_secs());
        log::debug!("lines such as this one are among it");
    } else {
        log::info!("the log says what it said before");
    }
}
