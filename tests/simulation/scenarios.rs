//! What the simulation has found in the core, each in its smallest form.

use anteroom::ids::{LineId, OfferId, TicketId};
use anteroom::matching::{CloseCause, Effect, Input, LineRules, Lobby, NewTicket, Outcome};
use anteroom::time::{Mono, Now, SECOND, Wall};

const LINE: u128 = 1;

/// A lobby with one line, and a clock that is moved by hand.
struct Centre {
    lobby: Lobby,
    now_s: u64,
}

impl Centre {
    fn new() -> Self {
        let rules = LineRules {
            accept_s: 20,
            wait_s_max: 0,
            waiting_max: 10,
            grace_s: 10,
            misses_max: 0,
            widen_s: 0,
            retry_s: 10,
            unstaffed_s: 600,
        };
        let mut centre = Self { lobby: Lobby::new(), now_s: 1_000 };
        centre.happens(Input::Line { line: LineId::from(LINE), rules, open: true });
        centre
    }

    fn happens(&mut self, input: Input) -> Vec<Effect> {
        let now = Now { mono: Mono(self.now_s * SECOND), wall: Wall(0) };
        let mut effects = Vec::new();
        self.lobby.step(now, input, &mut || OfferId::from(1), &mut effects);
        self.lobby.check();
        effects
    }

    /// A desk asks and stands.
    fn asks(&mut self, ticket: TicketId) {
        let since = Mono(self.now_s * SECOND);
        let new =
            NewTicket { ticket, line: LineId::from(LINE), requested_at: Wall(0), since, priority: 0, asker: None };
        self.happens(Input::Request(new));
        self.happens(Input::Stored { ticket, ok: true });
    }
}

#[test]
fn a_desk_that_came_back_while_its_close_failed_is_told_that_it_stands() {
    let ticket = TicketId::from(1);
    let mut centre = Centre::new();
    centre.asks(ticket);
    centre.happens(Input::DeskGone { ticket });
    centre.now_s += 10;
    let ended = centre.happens(Input::Tick);
    assert!(ended.contains(&Effect::Close { ticket, cause: CloseCause::Abandoned }));
    // Whether it stands is not decided yet: nothing can be told.
    assert_eq!(centre.happens(Input::DeskHere { ticket }), []);
    let refused = centre.happens(Input::Closed { ticket, outcome: Outcome::Failed });
    assert!(refused.contains(&Effect::Stands { ticket }), "{refused:?}");
}
