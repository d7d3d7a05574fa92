//! An offer's life as sentences about people: R6, R7, R9, R11, R14.

use super::*;
use crate::protocol::ErrorCode;

fn gone(counsellor: u128) -> Input {
    Input::CounsellorGone { counsellor: account(counsellor) }
}

fn desk_gone(number: u128) -> Input {
    Input::DeskGone { ticket: ticket(number) }
}

fn cancel(number: u128) -> Input {
    Input::Cancel { ticket: ticket(number), asker: None }
}

fn pause(counsellor: u128) -> Input {
    Input::Pause { counsellor: account(counsellor) }
}

fn not_waiting(number: u128) -> Effect {
    Effect::Rejected { to: Party::Desk(ticket(number)), code: ErrorCode::NotWaiting, re: None }
}

#[test]
fn r6_a_decline_keeps_the_place_and_skips_the_counsellor() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    centre.asks(2, 1);
    assert_eq!(offers(centre.declines(1, 1)), [(2, 1)]);
    assert_eq!(centre.lobby.ahead(ticket(1)), Some(0));
    centre.counsellor(2, &[(1, 0)], 1);
    assert_eq!(centre.rings_at(2), Some(1));
}

#[test]
fn r6_an_answer_to_somebody_elses_offer_is_rejected() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.counsellor(2, &[(1, 0)], 1);
    centre.asks(1, 1);
    let offer = centre.offer_of(1);
    for counsellor in [2, 7].map(account) {
        let code = ErrorCode::NoSuchOffer;
        let rejected = [Effect::Rejected { to: Party::Counsellor(counsellor), code, re: Some(offer) }];
        assert_eq!(centre.happens(Input::Accept { counsellor, offer }), rejected);
        assert_eq!(centre.happens(Input::Decline { counsellor, offer }), rejected);
    }
}

#[test]
fn r6_a_counsellor_who_misses_two_in_a_row_is_paused() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    centre.asks(2, 1);
    let missed = centre.pass(20);
    assert_eq!(withdrawals(&missed), [(1, 1, WithdrawnReason::Expired)]);
    assert_eq!(offers(&missed), [(2, 1)]);
    let missed = centre.pass(20);
    assert!(missed.contains(&Effect::Benched { counsellor: account(1) }));
    assert!(missed.contains(&Effect::Counsellor { counsellor: account(1) }));
    assert_eq!(centre.lobby.counsellor(account(1)).map(|c| (c.open, c.connected)), Some((false, true)));
}

#[test]
fn r6_a_counsellor_who_answers_in_between_is_not_paused() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    (1..=3).for_each(|number| drop(centre.asks(number, 1)));
    centre.pass(20);
    centre.talks(1, 2);
    centre.released(1);
    centre.pass(20);
    assert_eq!(centre.lobby.counsellor(account(1)).map(|c| c.open), Some(true));
}

#[test]
fn r6_a_desk_that_gives_up_stops_the_ringing() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    centre.asks(2, 1);
    let effects = centre.happens(cancel(1)).to_vec();
    assert_eq!(withdrawals(&effects), [(1, 1, WithdrawnReason::Cancelled)]);
    assert_eq!(closes(&effects), [(1, CloseCause::Cancelled)]);
    assert_eq!(offers(&effects), [(2, 1)]);
}

#[test]
fn r6_a_desk_that_gives_up_after_the_accept_is_too_late() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    centre.accepts(1, 1);
    assert_eq!(centre.happens(cancel(1)), [not_waiting(1)]);
    assert_eq!(centre.happens(cancel(8)), [not_waiting(8)]);
}

#[test]
fn r6_a_counsellor_who_declines_everything_is_paused_at_a_hundred_and_one() {
    let mut centre = Centre::new(LineRules { waiting_max: 1000, ..rules() });
    centre.counsellor(1, &[(1, 0)], 1);
    for number in 1..=101 {
        centre.asks(number, 1);
        assert_eq!(centre.rings_at(1), Some(number));
        let benched = centre.declines(1, number).contains(&Effect::Benched { counsellor: account(1) });
        assert_eq!(benched, number == 101);
    }
}

#[test]
fn r7_a_lone_counsellor_who_declined_is_asked_again() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    centre.declines(1, 1);
    assert_eq!(offers(&centre.pass(59)), []);
    assert_eq!(offers(&centre.pass(1)), [(1, 1)]);
}

#[test]
fn r7_declines_stand_while_somebody_else_could_still_take_it() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.counsellor(2, &[(1, 0)], 1);
    centre.happens(Input::Occupied { counsellor: account(2), line: line(1) });
    centre.asks(1, 1);
    centre.declines(1, 1);
    assert_eq!(offers(&centre.pass(119)), []);
    centre.happens(pause(2));
    assert_eq!(offers(&centre.pass(1)), [(1, 1)]);
}

#[test]
fn r9_what_the_database_refuses_is_taken_back_as_it_says() {
    let cases = [
        (Outcome::Stale, Some(WithdrawnReason::Taken), None),
        // The counsellor is skipped; the other one is asked.
        (Outcome::Full, Some(WithdrawnReason::Gone), Some(2)),
        (Outcome::Failed, Some(WithdrawnReason::Gone), Some(1)),
        (Outcome::Done, None, None),
    ];
    for (outcome, reason, next) in cases {
        let mut centre = Centre::new(rules());
        centre.counsellor(1, &[(1, 0)], 1);
        centre.pass(1);
        centre.counsellor(2, &[(1, 0)], 1);
        centre.asks(1, 1);
        centre.accepts(1, 1);
        let effects = centre.paired(1, outcome).to_vec();
        assert_eq!(withdrawals(&effects).first().map(|taken| taken.2), reason, "{outcome:?}");
        assert_eq!(offers(&effects).first().map(|offer| offer.1), next, "{outcome:?}");
        assert_eq!(centre.lobby.ticket(ticket(1)).is_some(), next.is_some(), "{outcome:?}");
    }
}

#[test]
fn r9_a_line_that_does_not_ask_assigns_at_once() {
    let mut centre = Centre::new(LineRules { accept_s: 0, ..rules() });
    centre.counsellor(1, &[(1, 0)], 1);
    let effects = centre.asks(1, 1);
    let kinds = effects.iter().filter(|e| matches!(e, Effect::Offer { accept_within_s: 0, .. } | Effect::Pair { .. }));
    assert_eq!(kinds.count(), 2);
    assert_eq!(centre.lobby.ticket(ticket(1)).map(|t| t.stage), Some(Stage::Pairing(account(1))));
}

#[test]
fn r9_a_room_found_at_start_takes_a_place_and_stops_an_offer_too_many() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    let effects = centre.happens(Input::Occupied { counsellor: account(1), line: line(1) }).to_vec();
    assert_eq!(withdrawals(&effects), [(1, 1, WithdrawnReason::Gone)]);
    assert_eq!(offers(centre.released(1)), [(1, 1)]);
}

#[test]
fn r9_nobody_is_offered_anything_while_the_disk_refuses() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 2);
    centre.asks(1, 1);
    centre.happens(Input::Suspend);
    centre.asks(2, 1);
    let (offer, counsellor) = (centre.offer_of(1), account(1));
    let busy = Effect::Rejected { to: Party::Counsellor(counsellor), code: ErrorCode::Busy, re: Some(offer) };
    assert_eq!(centre.happens(Input::Accept { counsellor, offer }), [busy]);
    assert_eq!(centre.ringing(), [(1, 1)]);
    assert_eq!(offers(centre.happens(Input::Resume)), [(2, 1)]);
}

#[test]
fn r11_a_counsellor_who_drops_during_an_offer_gives_it_back_at_once() {
    let mut centre = Centre::new(LineRules { misses_max: 1, ..rules() });
    centre.counsellor(1, &[(1, 0)], 1);
    centre.pass(1);
    centre.counsellor(2, &[(1, 0)], 1);
    centre.asks(1, 1);
    let effects = centre.happens(gone(1)).to_vec();
    assert_eq!(withdrawals(&effects), [(1, 1, WithdrawnReason::Gone)]);
    assert_eq!(offers(&effects), [(1, 2)]);
    centre.happens(Input::CounsellorHere { counsellor: account(1) });
    assert_eq!(offers(centre.happens(gone(2))), [(1, 1)], "it was neither a miss nor a decline");
}

#[test]
fn r14_an_offer_says_who_was_passed_over_and_what_stood_before() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    centre.asks(2, 1);
    centre.happens(desk_gone(1));
    centre.declines(1, 2);
    centre.pass(7);
    centre.counsellor(2, &[(1, 0)], 1);
    let Some(Effect::Offer { why, .. }) = centre.effects.iter().find(|e| matches!(e, Effect::Offer { .. })) else {
        panic!("an offer follows")
    };
    let passed_over = vec![account(1)];
    assert_eq!(*why, Explanation { rule: "R4", tier: 0, waited_s: 7, idle_s: 0, ahead: 1, passed_over });
}

/// Asks as `Asker(9)`, and gives up.
fn asks_and_gives_up(centre: &mut Centre, number: u128) {
    asks_as_nine(centre, number);
    gives_up(centre, number);
}

fn asks_as_nine(centre: &mut Centre, number: u128) -> Vec<Effect> {
    let new = NewTicket { asker: Some(Asker(9)), ..centre.new_ticket(number, 1, 0) };
    centre.happens(Input::Request(new));
    centre.happens(Input::Stored { ticket: ticket(number), ok: true }).to_vec()
}

fn gives_up(centre: &mut Centre, number: u128) {
    centre.happens(Input::Cancel { ticket: ticket(number), asker: Some(Asker(9)) });
    centre.happens(Input::Closed { ticket: ticket(number), outcome: Outcome::Done });
}

#[test]
fn r15_who_gives_up_twice_in_a_row_while_it_rings_waits_before_it_rings_again() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    asks_and_gives_up(&mut centre, 1);
    assert_eq!(offers(&asks_as_nine(&mut centre, 2)), [(2, 1)], "once is a change of mind");
    gives_up(&mut centre, 2);
    let third = asks_as_nine(&mut centre, 3);
    assert_eq!((third.contains(&Effect::Stands { ticket: ticket(3) }), offers(&third)), (true, vec![]));
    assert_eq!(centre.lobby.ahead(ticket(3)), Some(0), "it has its place");
    assert_eq!(offers(&centre.asks(4, 1)), [(4, 1)], "others are not held up");
    let offer = centre.offer_of(4);
    centre.happens(Input::Accept { counsellor: account(1), offer });
    centre.happens(Input::Paired { ticket: ticket(4), outcome: Outcome::Done });
    centre.counsellor(2, &[(1, 0)], 1);
    assert_eq!(centre.rings_at(2), None);
    assert_eq!(offers(&centre.pass(CALM_S.into())), [(3, 2)]);
}

#[test]
fn r15_giving_up_while_nothing_rings_and_long_ago_is_not_held_against_anybody() {
    let mut centre = Centre::new(rules());
    (1..=3).for_each(|number| asks_and_gives_up(&mut centre, number));
    centre.counsellor(1, &[(1, 0)], 1);
    (4..=5).for_each(|number| asks_and_gives_up(&mut centre, number));
    centre.pass(GIVEN_UP_KEPT_S.into());
    assert_eq!(offers(&asks_as_nine(&mut centre, 6)), [(6, 1)]);
}

#[test]
fn r15_whoever_was_served_begins_anew() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 2);
    asks_and_gives_up(&mut centre, 1);
    asks_as_nine(&mut centre, 2);
    let offer = centre.offer_of(2);
    centre.happens(Input::Accept { counsellor: account(1), offer });
    centre.happens(Input::Paired { ticket: ticket(2), outcome: Outcome::Done });
    asks_and_gives_up(&mut centre, 3);
    assert_eq!(offers(&asks_as_nine(&mut centre, 4)), [(4, 1)]);
}
