//! Lines whose rules are edited while people stand in them: what holds at once, and what each keeps.

use super::*;

/// A busy counsellor, so that tickets wait and the line is not left alone.
fn busy(rules: LineRules) -> Centre {
    let mut centre = Centre::new(rules);
    centre.counsellor(9, &[(1, 0)], 1);
    centre.happens(Input::Occupied { counsellor: account(9), line: line(1) });
    centre
}

fn edit(centre: &mut Centre, rules: LineRules) -> Vec<Effect> {
    centre.happens(Input::Line { line: line(1), rules, open: true }).to_vec()
}

#[test]
fn r8_a_shorter_wait_ends_who_has_waited_longer_and_the_others_in_their_time() {
    let mut centre = busy(rules());
    centre.asks(1, 1);
    centre.pass(400);
    centre.asks(2, 1);
    centre.pass(100);
    let shorter = LineRules { wait_s_max: 450, ..rules() };
    assert_eq!(closes(&edit(&mut centre, shorter)), [(1, CloseCause::WaitedTooLong)]);
    assert_eq!(closes(&centre.pass(349)), []);
    assert_eq!(closes(&centre.pass(1)), [(2, CloseCause::WaitedTooLong)]);
}

#[test]
fn r8_a_longer_wait_is_given_to_who_waits_already() {
    let mut centre = busy(LineRules { wait_s_max: 100, ..rules() });
    centre.asks(1, 1);
    centre.pass(99);
    edit(&mut centre, LineRules { wait_s_max: 300, ..rules() });
    assert_eq!(closes(&centre.pass(200)), []);
    assert_eq!(closes(&centre.pass(1)), [(1, CloseCause::WaitedTooLong)]);
}

#[test]
fn r8_a_new_wait_holds_for_those_declined_and_those_away_too() {
    let mut centre = Centre::new(LineRules { retry_s: 3600, grace_s: 3600, ..rules() });
    centre.counsellor(1, &[(1, 0)], 1);
    centre.counsellor(2, &[(1, 0)], 1);
    centre.happens(Input::Occupied { counsellor: account(2), line: line(1) });
    centre.asks(1, 1);
    centre.declines(1, 1);
    centre.happens(Input::Pause { counsellor: account(1) });
    centre.asks(2, 1);
    centre.happens(Input::DeskGone { ticket: ticket(2) });
    let shorter = LineRules { wait_s_max: 60, retry_s: 3600, grace_s: 3600, ..rules() };
    assert_eq!(closes(&edit(&mut centre, shorter)), []);
    assert_eq!(closes(&centre.pass(59)), []);
    let both = [(1, CloseCause::WaitedTooLong), (2, CloseCause::WaitedTooLong)];
    assert_eq!(closes(&centre.pass(1)), both);
}

#[test]
fn r3_widening_sooner_asks_the_next_tier_at_once() {
    let mut centre = busy(LineRules { widen_s: 600, ..rules() });
    centre.counsellor(1, &[(1, 1)], 1);
    centre.asks(1, 1);
    centre.pass(30);
    assert_eq!(centre.rings_at(1), None);
    assert_eq!(offers(&edit(&mut centre, LineRules { widen_s: 30, ..rules() })), [(1, 1)]);
}

#[test]
fn r8_a_line_left_alone_follows_its_new_patience() {
    for (unstaffed_s, ends_after) in [(60, 60), (600, 600)] {
        let mut centre = Centre::new(rules());
        centre.asks(1, 1);
        centre.pass(30);
        edit(&mut centre, LineRules { unstaffed_s, ..rules() });
        assert_eq!(closes(&centre.pass(ends_after - 31)), []);
        assert_eq!(closes(&centre.pass(1)), [(1, CloseCause::Unstaffed)], "{unstaffed_s}");
    }
}

#[test]
fn r8_a_smaller_line_keeps_who_stands_and_refuses_who_comes() {
    let mut centre = busy(rules());
    centre.asks(1, 1);
    centre.asks(2, 1);
    assert_eq!(closes(&edit(&mut centre, LineRules { waiting_max: 1, ..rules() })), []);
    let new = centre.new_ticket(3, 1, 0);
    assert_eq!(refusal(centre.happens(Input::Request(new))), Some(ClosedReason::Full));
    assert_eq!(centre.lobby.positions(line(1)).count(), 2);
}

#[test]
fn r6_an_offer_that_rings_keeps_its_time_and_the_next_has_the_new_one() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    edit(&mut centre, LineRules { accept_s: 5, ..rules() });
    assert_eq!(withdrawals(&centre.pass(19)), []);
    assert_eq!(withdrawals(&centre.pass(1)), [(1, 1, WithdrawnReason::Expired)]);
    centre.counsellor(2, &[(1, 0)], 1);
    assert_eq!(centre.rings_at(2), Some(1));
    assert_eq!(withdrawals(&centre.pass(5)), [(1, 2, WithdrawnReason::Expired)]);
}

#[test]
fn r10_a_desk_that_is_away_keeps_the_grace_it_left_with() {
    let mut centre = busy(rules());
    centre.asks(1, 1);
    centre.happens(Input::DeskGone { ticket: ticket(1) });
    edit(&mut centre, LineRules { grace_s: 5, ..rules() });
    assert_eq!(closes(&centre.pass(44)), []);
    assert_eq!(closes(&centre.pass(1)), [(1, CloseCause::Abandoned)]);
}

/// A line that is deleted has nobody who serves it, no patience and closed doors: whoever slipped
/// in is told.
#[test]
fn r8_nobody_waits_for_ever_in_a_line_that_is_no_more() {
    let mut centre = busy(rules());
    let new = centre.new_ticket(1, 1, 0);
    centre.happens(Input::Request(new));
    let gone = LineRules { unstaffed_s: 1, ..rules() };
    centre.happens(Input::Line { line: line(1), rules: gone, open: false });
    centre.happens(Input::Profile { counsellor: account(9), lines: vec![], capacity: 1, open: true });
    centre.happens(Input::Stored { ticket: ticket(1), ok: true });
    assert_eq!(closes(&centre.pass(1)), [(1, CloseCause::Unstaffed)]);
}
