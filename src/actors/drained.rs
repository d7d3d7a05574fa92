//! Whether the rooms of a node that drains are all over, or others', for who waits for that.

use std::future::Future;

use tokio::sync::oneshot;

/// Of one registry of rooms.
#[derive(Default)]
pub(super) struct Drained {
    is_draining: bool,
    waits: Vec<oneshot::Sender<()>>,
}

impl Drained {
    pub(super) fn begin(&mut self) {
        self.is_draining = true;
    }

    pub(super) fn is_draining(&self) -> bool {
        self.is_draining
    }

    /// So many rooms are open here.
    pub(super) fn look(&mut self, open: usize) {
        if open == 0 {
            for waits in self.waits.drain(..) {
                // Who does not wait any more need not know.
                let _ = waits.send(());
            }
        }
    }

    /// Ends once none is.
    pub(super) fn wait(&mut self, open: usize) -> impl Future<Output = ()> + use<> {
        let (told, ends) = oneshot::channel();
        self.waits.push(told);
        self.look(open);
        async move {
            // The registry ends, and its rooms with it.
            let _ = ends.await;
        }
    }
}
