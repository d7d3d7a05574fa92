//! Handing over and moving, as sentences about people.

use super::*;
use crate::protocol::{ErrorCode, TransferState};

/// Two lines. Counsellors 1 and 2 in the first, 3 in the second; 1 talks with ticket 1, requested
/// ten seconds ago and matched at once.
fn talking() -> Centre {
    let mut centre = Centre::new(rules());
    centre.line(2, rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    centre.talks(1, 1);
    centre.pass(10);
    centre.counsellor(2, &[(1, 0)], 1);
    centre.counsellor(3, &[(2, 0)], 1);
    centre
}

impl Centre {
    fn hands_over(&mut self, to: Option<u128>, in_line: u128) -> Vec<Effect> {
        let talk = self.new_ticket(1, in_line, 0);
        self.happens(Input::Transfer { ticket: talk, from: account(1), to: to.map(account) }).to_vec()
    }

    /// Its room is over for it, on file.
    fn comes_back(&mut self, in_line: u128, here: bool) -> Vec<Effect> {
        let talk = self.new_ticket(1, in_line, 0);
        self.happens(Input::Restore { ticket: talk, here }).to_vec()
    }
}

/// What the giver was told.
fn states(effects: &[Effect]) -> Vec<TransferState> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Transfer { ticket: of, from, state, .. } => {
            assert_eq!((*of, *from), (ticket(1), account(1)));
            Some(*state)
        }
        _ => None,
    });
    told.collect()
}

fn pairs(effects: &[Effect]) -> Vec<(u128, u128)> {
    let all = effects.iter().filter_map(|effect| match effect {
        Effect::Pair { ticket, counsellor, .. } => Some((ticket.0.as_u128(), counsellor.0.as_u128())),
        _ => None,
    });
    all.collect()
}

fn hand_overs(effects: &[Effect]) -> Vec<(u128, u128)> {
    let all = effects.iter().filter_map(|effect| match effect {
        Effect::HandOver { line, to, .. } => Some((line.0.as_u128(), to.0.as_u128())),
        _ => None,
    });
    all.collect()
}

#[test]
fn a_colleague_accepts_and_is_paired_once_the_room_is_over() {
    let mut centre = talking();
    let asked = centre.hands_over(Some(3), 1);
    assert_eq!((offers(&asked), states(&asked)), (vec![(1, 3)], vec![TransferState::Offered]));
    assert_eq!(centre.lobby.ahead(ticket(1)), None, "it stands nowhere");
    let accepted = centre.accepts(3, 1).to_vec();
    assert_eq!((states(&accepted), hand_overs(&accepted)), (vec![TransferState::Accepted], vec![(1, 3)]));
    assert_eq!(pairs(&accepted), [], "not before the room is over on file");
    assert_eq!(pairs(&centre.comes_back(1, true)), [(1, 3)]);
    centre.paired(1, Outcome::Done);
    assert_eq!(centre.lobby.counsellor(account(3)).map(|c| (c.held, c.pairing)), Some((1, 0)));
    assert_eq!(centre.lobby.stages(), Stages::default());
}

#[test]
fn a_line_asks_one_after_the_other_and_never_the_giver() {
    let mut centre = talking();
    centre.happens(Input::Open { counsellor: account(1), lines: None, capacity: Some(3) });
    centre.counsellor(4, &[(1, 0)], 1);
    assert_eq!(offers(&centre.hands_over(None, 1)), [(1, 2)]);
    let declined = centre.declines(2, 1).to_vec();
    assert_eq!((offers(&declined), states(&declined)), (vec![(1, 4)], vec![]));
    let declined = centre.declines(4, 1).to_vec();
    assert_eq!((offers(&declined), states(&declined)), (vec![], vec![TransferState::Nobody]));
    assert_eq!(centre.lobby.ticket(ticket(1)), None, "the talk goes on where it is");
}

#[test]
fn another_line_than_the_tickets_own_may_take_it() {
    let mut centre = talking();
    assert_eq!(offers(&centre.hands_over(None, 2)), [(1, 3)]);
    let accepted = centre.accepts(3, 1).to_vec();
    assert_eq!(hand_overs(&accepted), [(2, 3)]);
    centre.comes_back(2, true);
    assert_eq!(centre.lobby.ticket(ticket(1)).map(|seen| seen.line), Some(line(2)));
}

#[test]
fn a_colleague_who_declines_or_does_not_answer_ends_the_transfer() {
    let mut centre = talking();
    centre.hands_over(Some(2), 1);
    assert_eq!(states(centre.declines(2, 1)), [TransferState::Declined]);
    centre.hands_over(Some(2), 1);
    let passed = centre.pass(20);
    assert_eq!(withdrawals(&passed), [(1, 2, WithdrawnReason::Expired)]);
    assert_eq!(states(&passed), [TransferState::Declined]);
}

#[test]
fn nobody_free_is_said_at_once() {
    let mut centre = talking();
    centre.asks(2, 2);
    centre.talks(3, 2);
    assert_eq!(states(&centre.hands_over(Some(3), 1)), [TransferState::Nobody]);
    assert_eq!(states(&centre.hands_over(None, 2)), [TransferState::Nobody]);
    assert_eq!(states(&centre.hands_over(Some(1), 1)), [TransferState::Nobody], "not to oneself");
    assert_eq!(states(&centre.hands_over(Some(9), 1)), [TransferState::Nobody], "not to a stranger");
}

#[test]
fn a_receiver_who_vanishes_after_they_accepted_leaves_it_first_in_line() {
    let mut centre = talking();
    centre.happens(Input::Pause { counsellor: account(2) });
    centre.asks(2, 1);
    centre.hands_over(Some(3), 1);
    centre.accepts(3, 1);
    let gone = centre.happens(Input::CounsellorGone { counsellor: account(3) }).to_vec();
    assert_eq!((withdrawals(&gone), states(&gone)), (vec![], vec![]), "the room is being ended");
    let mut earlier = centre.new_ticket(1, 1, 0);
    earlier.requested_at = Wall(earlier.requested_at.0 - 10 * SECOND as i64);
    let back = centre.happens(Input::Restore { ticket: earlier, here: true }).to_vec();
    assert_eq!(withdrawals(&back), [(1, 3, WithdrawnReason::Gone)]);
    assert_eq!((pairs(&back), centre.lobby.ahead(ticket(1))), (vec![], Some(0)));
    assert_eq!(centre.lobby.ahead(ticket(2)), Some(1));
}

#[test]
fn a_desk_that_is_away_is_paired_all_the_same() {
    let mut centre = talking();
    centre.hands_over(Some(2), 1);
    centre.accepts(2, 1);
    assert_eq!(pairs(&centre.comes_back(1, false)), [(1, 2)]);
    assert_eq!(centre.lobby.ticket(ticket(1)).map(|seen| seen.here), Some(false));
}

#[test]
fn a_desk_whose_next_match_is_refused_is_told_that_it_stands() {
    for outcome in [Outcome::Full, Outcome::Failed] {
        let mut centre = talking();
        centre.hands_over(Some(2), 1);
        centre.accepts(2, 1);
        let back = centre.comes_back(1, true);
        assert!(!back.contains(&Effect::Stands { ticket: ticket(1) }), "it is handed over");
        let refused = centre.paired(1, outcome).to_vec();
        assert!(refused.contains(&Effect::Stands { ticket: ticket(1) }), "{refused:?}");
    }
}

#[test]
fn the_giver_may_keep_it_until_it_is_accepted() {
    let mut centre = talking();
    let cancel = |from| Input::CancelTransfer { ticket: ticket(1), from: account(from) };
    let no_such = |from| Effect::Rejected {
        to: Party::Giver(account(from), ticket(1)),
        code: ErrorCode::NoSuchTransfer,
        re: None,
    };
    centre.hands_over(Some(2), 1);
    assert_eq!(centre.happens(cancel(2)), [no_such(2)], "only the giver may");
    let cancelled = centre.happens(cancel(1)).to_vec();
    assert_eq!(withdrawals(&cancelled), [(1, 2, WithdrawnReason::Cancelled)]);
    assert_eq!(states(&cancelled), [TransferState::Cancelled]);
    centre.hands_over(Some(2), 1);
    centre.accepts(2, 1);
    assert_eq!(centre.happens(cancel(1)), [no_such(1)]);
}

#[test]
fn a_room_that_ends_otherwise_takes_the_transfer_with_it() {
    for accepted in [false, true] {
        let mut centre = talking();
        centre.hands_over(Some(2), 1);
        if accepted {
            centre.accepts(2, 1);
        }
        centre.asks(2, 1);
        let failed = centre.happens(Input::TransferFailed { ticket: ticket(1) }).to_vec();
        assert_eq!(withdrawals(&failed), [(1, 2, WithdrawnReason::Cancelled)]);
        assert_eq!(states(&failed), [TransferState::Cancelled]);
        assert_eq!(offers(&failed), [(2, 2)], "who would have taken it is free for another");
    }
}

#[test]
fn a_giver_who_is_lost_leaves_an_ordinary_ticket() {
    let mut centre = talking();
    centre.hands_over(Some(3), 1);
    let back = centre.comes_back(1, true);
    assert_eq!(withdrawals(&back), [(1, 3, WithdrawnReason::Cancelled)]);
    assert_eq!(offers(&back), [(1, 2)]);
}

#[test]
fn one_talk_is_handed_over_once_at_a_time() {
    let mut centre = talking();
    centre.hands_over(Some(3), 1);
    let rejected = |code| Effect::Rejected { to: Party::Giver(account(1), ticket(1)), code, re: None };
    assert_eq!(centre.hands_over(Some(2), 1), [rejected(ErrorCode::TransferPending)]);
    centre.happens(Input::Suspend);
    let talk = NewTicket { ticket: ticket(7), ..centre.new_ticket(1, 1, 0) };
    let busy = centre.happens(Input::Transfer { ticket: talk, from: account(1), to: None }).to_vec();
    let to = Party::Giver(account(1), ticket(7));
    assert_eq!(busy, [Effect::Rejected { to, code: ErrorCode::Busy, re: None }]);
}

#[test]
fn a_line_that_does_not_ask_hands_over_at_once() {
    let mut centre = talking();
    centre.line(2, LineRules { accept_s: 0, ..rules() });
    let asked = centre.hands_over(None, 2);
    assert_eq!((states(&asked), hand_overs(&asked)), (vec![TransferState::Accepted], vec![(2, 3)]));
}

#[test]
fn a_ticket_that_is_moved_stands_at_its_own_moment_and_stops_ringing() {
    let mut centre = talking();
    centre.asks(2, 1);
    centre.happens(Input::Pause { counsellor: account(3) });
    centre.pass(5);
    centre.asks(3, 2);
    let moved = centre.happens(Input::Moved { ticket: ticket(2), line: line(2) }).to_vec();
    assert_eq!(withdrawals(&moved), [(2, 2, WithdrawnReason::Gone)]);
    assert!(moved.contains(&Effect::Stands { ticket: ticket(2) }));
    assert_eq!((centre.lobby.ahead(ticket(2)), centre.lobby.ahead(ticket(3))), (Some(0), Some(1)));
}

#[test]
fn a_ticket_that_is_moved_is_not_dropped_for_having_waited_where_it_was() {
    let mut centre = Centre::new(LineRules { wait_s_max: 0, unstaffed_s: 0, ..rules() });
    centre.counsellor(1, &[(1, 0)], 1);
    centre.line(2, LineRules { wait_s_max: 60, unstaffed_s: 0, ..rules() });
    centre.asks(1, 1);
    centre.talks(1, 1);
    centre.asks(2, 1);
    centre.pass(500);
    let moved = centre.happens(Input::Moved { ticket: ticket(2), line: line(2) }).to_vec();
    assert_eq!(closes(&moved), []);
    assert_eq!(closes(&centre.pass(29)), []);
    assert_eq!(closes(&centre.pass(1)), [(2, CloseCause::WaitedTooLong)]);
}
