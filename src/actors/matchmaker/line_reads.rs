//! Who waits until lines were read again, as another node has edited them. However many ask meanwhile, the next look
//! is for all of them.

use tokio::sync::oneshot;

/// The looks that are under way and asked for.
#[derive(Default)]
pub(super) struct LineReads {
    under_way: bool,
    asked: Vec<oneshot::Sender<bool>>,
}

/// Who is told what a look has found.
pub(super) struct Asked(Vec<oneshot::Sender<bool>>);

impl LineReads {
    /// Somebody asks. A look that is under way may not find what they know of: it is for the next one.
    pub(super) fn ask(&mut self) -> oneshot::Receiver<bool> {
        let (tell, told) = oneshot::channel();
        self.asked.push(tell);
        told
    }

    /// Those whom a look that begins now is for; none if one is under way, or nobody asks.
    pub(super) fn begin(&mut self) -> Option<Asked> {
        if self.under_way || self.asked.is_empty() {
            return None;
        }
        self.under_way = true;
        Some(Asked(std::mem::take(&mut self.asked)))
    }

    /// The look is over; `is_known` if it found something.
    pub(super) fn end(&mut self, Asked(asked): Asked, is_known: bool) {
        self.under_way = false;
        for asked in asked {
            // Whoever asked may have gone.
            let _ = asked.send(is_known);
        }
    }
}

#[test]
fn whoever_asks_while_a_look_is_under_way_shares_the_next_one() {
    let mut reads = LineReads::default();
    let mut first = reads.ask();
    let look = reads.begin().unwrap();
    let mut others = [reads.ask(), reads.ask()];
    assert!(reads.begin().is_none());
    reads.end(look, true);
    assert_eq!(first.try_recv(), Ok(true));
    assert!(others.iter_mut().all(|other| other.try_recv().is_err()));
    let look = reads.begin().unwrap();
    reads.end(look, false);
    assert!(others.iter_mut().all(|other| other.try_recv() == Ok(false)));
    assert!(reads.begin().is_none());
}
