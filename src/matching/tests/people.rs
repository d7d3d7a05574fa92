//! Waiting, as sentences about people: R1 to R5, R8, R10, R13. Each begins with its rule.

use super::*;

fn gone(counsellor: u128) -> Input {
    Input::CounsellorGone { counsellor: account(counsellor) }
}

fn desk_gone(number: u128) -> Input {
    Input::DeskGone { ticket: ticket(number) }
}

fn desk_here(number: u128) -> Input {
    Input::DeskHere { ticket: ticket(number) }
}

fn cancel(number: u128) -> Input {
    Input::Cancel { ticket: ticket(number), asker: None }
}

fn pause(counsellor: u128) -> Input {
    Input::Pause { counsellor: account(counsellor) }
}

#[test]
fn r1_a_desk_that_repeats_its_request_has_one_ticket() {
    let mut centre = Centre::new(rules());
    centre.asks(1, 1);
    let again = centre.new_ticket(1, 1, 0);
    assert_eq!(centre.happens(Input::Request(again)), []);
    assert_eq!(centre.lobby.stages().waiting, 1);
}

#[test]
fn r1_a_ticket_is_nobodys_before_it_is_on_file() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    let new = centre.new_ticket(1, 1, 0);
    assert_eq!(centre.happens(Input::Request(new)), [Effect::Store { ticket: ticket(1) }]);
    assert_eq!(centre.rings_at(1), None);
    assert_eq!(centre.lobby.ahead(ticket(1)), None);
    centre.happens(Input::Stored { ticket: ticket(1), ok: false });
    assert_eq!(centre.lobby.ticket(ticket(1)), None);
}

#[test]
fn r1_a_desk_that_gives_up_before_it_is_on_file_is_closed_when_it_is() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    let new = centre.new_ticket(1, 1, 0);
    centre.happens(Input::Request(new));
    assert_eq!(centre.happens(cancel(1)), []);
    let stored = centre.happens(Input::Stored { ticket: ticket(1), ok: true }).to_vec();
    assert_eq!(closes(&stored), [(1, CloseCause::Cancelled)]);
    assert_eq!(offers(&stored), []);
}

#[test]
fn r2_each_level_of_priority_is_worth_five_minutes() {
    let mut centre = Centre::new(LineRules { unstaffed_s: 3600, ..rules() });
    centre.asks(1, 1);
    centre.pass(299);
    centre.asks_with_priority(2, 1, 1);
    centre.pass(2);
    centre.asks_with_priority(3, 1, 1);
    let order: Vec<u128> = centre.lobby.positions(line(1)).map(|(ticket, _)| ticket.0.as_u128()).collect();
    assert_eq!(order, [2, 1, 3]);
}

#[test]
fn r2_a_place_survives_a_decline_a_drop_and_a_restart() {
    let mut centre = Centre::new(rules());
    let first = centre.new_ticket(1, 1, 0);
    centre.asks(1, 1);
    centre.pass(1);
    centre.asks(2, 1);
    centre.counsellor(1, &[(1, 0)], 1);
    centre.declines(1, 1);
    assert_eq!(centre.lobby.ahead(ticket(1)), Some(0));
    centre.happens(desk_gone(1));
    centre.happens(desk_here(1));
    assert_eq!(centre.lobby.ahead(ticket(1)), Some(0));

    let mut restarted = Centre::new(rules());
    restarted.pass(10);
    restarted.asks(2, 1);
    restarted.happens(Input::Restore { ticket: first, here: false });
    assert_eq!(restarted.lobby.ahead(ticket(1)), Some(0));
}

#[test]
fn r3_a_second_choice_is_asked_once_the_ticket_has_waited_long_enough() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 2)], 1);
    centre.asks(1, 1);
    assert_eq!(offers(&centre.pass(59)), []);
    assert_eq!(offers(&centre.pass(1)), [(1, 1)]);
}

#[test]
fn r4_a_counsellor_who_becomes_free_gets_the_earliest_of_all_their_lines() {
    let mut centre = Centre::new(rules());
    centre.line(2, rules());
    centre.counsellor(1, &[(1, 0), (2, 0)], 1);
    centre.asks(1, 1);
    centre.talks(1, 1);
    centre.asks(2, 2);
    centre.pass(1);
    centre.asks(3, 1);
    assert_eq!(offers(centre.released(1)), [(2, 1)]);
}

#[test]
fn r4_a_counsellor_with_three_places_rings_three_times() {
    let mut centre = Centre::new(rules());
    (1..=4).for_each(|number| drop(centre.asks(number, 1)));
    centre.counsellor(1, &[(1, 0)], 3);
    assert_eq!(centre.ringing(), [(1, 1), (2, 1), (3, 1)]);
    centre.talks(1, 2);
    assert_eq!(centre.rings_at(1), Some(1));
    assert_eq!(centre.lobby.counsellor(account(1)).map(|c| (c.held, c.offers)), Some((1, 2)));
}

#[test]
fn r5_a_counsellor_who_chooses_other_lines_gives_back_what_is_not_theirs_any_more() {
    let mut centre = Centre::new(rules());
    centre.line(2, rules());
    centre.counsellor(1, &[(1, 0), (2, 0)], 1);
    centre.asks(1, 1);
    centre.asks(2, 2);
    let open = Input::Open { counsellor: account(1), lines: Some(vec![line(2), line(7)]), capacity: None };
    let effects = centre.happens(open).to_vec();
    assert_eq!(withdrawals(&effects), [(1, 1, WithdrawnReason::Gone)]);
    assert_eq!(offers(&effects), [(2, 1)]);
}

#[test]
fn r3_a_counsellor_who_loses_the_line_they_chose_is_asked_for_no_other() {
    let mut centre = Centre::new(rules());
    centre.line(2, rules());
    centre.counsellor(1, &[(1, 0), (2, 0)], 1);
    let open = |lines| Input::Open { counsellor: account(1), lines, capacity: None };
    let profile = |lines| Input::Profile { counsellor: account(1), lines, capacity: 1, open: true };
    centre.happens(open(Some(vec![line(2)])));
    centre.happens(profile(vec![(line(1), 0)]));
    centre.asks(1, 1);
    assert_eq!(centre.rings_at(1), None, "the line they chose is gone; they did not choose this one");
    centre.happens(profile(vec![(line(1), 0), (line(2), 0)]));
    centre.asks(2, 2);
    assert_eq!(centre.rings_at(1), Some(2), "they have it back, as they chose");
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.happens(open(Some(vec![line(7)])));
    centre.asks(1, 1);
    assert_eq!(centre.rings_at(1), None, "a line nobody knows is not every line");
}

#[test]
fn r8_closed_full_and_unstaffed_lines_say_so_at_once() {
    let cases = [
        (false, 1, 0, Some(ClosedReason::ClosedHours)),
        (true, 0, 0, Some(ClosedReason::Full)),
        (true, 1, 0, Some(ClosedReason::Unstaffed)),
        (true, 1, 5, None),
    ];
    for (open, waiting_max, unstaffed_s, expected) in cases {
        let mut centre = Centre::new(rules());
        let rules = LineRules { waiting_max, unstaffed_s, ..rules() };
        centre.happens(Input::Line { line: line(1), rules, open });
        let new = centre.new_ticket(1, 1, 0);
        assert_eq!(refusal(centre.happens(Input::Request(new))), expected);
        assert_eq!(centre.lobby.ticket(ticket(1)).is_some(), expected.is_none());
    }
    let mut centre = Centre::new(rules());
    let elsewhere = centre.new_ticket(1, 7, 0);
    assert_eq!(refusal(centre.happens(Input::Request(elsewhere))), Some(ClosedReason::ClosedHours));
}

#[test]
fn r8_those_who_wait_when_the_doors_close_are_still_served() {
    let mut centre = Centre::new(rules());
    centre.asks(1, 1);
    centre.happens(Input::Line { line: line(1), rules: rules(), open: false });
    centre.counsellor(1, &[(1, 0)], 1);
    assert_eq!(centre.rings_at(1), Some(1));
}

#[test]
fn r8_who_has_waited_too_long_is_told() {
    let mut centre = Centre::new(LineRules { unstaffed_s: 0, ..rules() });
    centre.counsellor(1, &[(1, 0)], 1);
    centre.happens(Input::Occupied { counsellor: account(1), line: line(1) });
    centre.asks(1, 1);
    assert_eq!(closes(&centre.pass(1799)), []);
    assert_eq!(closes(&centre.pass(1)), [(1, CloseCause::WaitedTooLong)]);
}

#[test]
fn r8_an_offer_that_rings_at_the_last_moment_may_still_be_taken() {
    let mut centre = Centre::new(LineRules { unstaffed_s: 0, ..rules() });
    centre.counsellor(9, &[(1, 0)], 1);
    centre.happens(Input::Occupied { counsellor: account(9), line: line(1) });
    (1..=2).for_each(|number| drop(centre.asks(number, 1)));
    centre.pass(1790);
    centre.counsellor(1, &[(1, 0)], 1);
    centre.counsellor(2, &[(1, 0)], 1);
    assert_eq!(closes(&centre.pass(15)), []);
    centre.accepts(1, 1);
    assert_eq!(closes(&centre.pass(5)), [(2, CloseCause::WaitedTooLong)]);
}

#[test]
fn r8_a_close_that_failed_is_tried_again_after_five_seconds() {
    let mut centre = Centre::new(rules());
    centre.asks(1, 1);
    assert_eq!(closes(&centre.pass(120)), [(1, CloseCause::Unstaffed)]);
    centre.closed(1, Outcome::Failed);
    assert_eq!(closes(&centre.pass(4)), []);
    assert_eq!(closes(&centre.pass(1)), [(1, CloseCause::Unstaffed)]);
    centre.closed(1, Outcome::Failed);
    centre.counsellor(1, &[(1, 0)], 1);
    assert_eq!(centre.rings_at(1), Some(1));
}

#[test]
fn r8_everyone_in_a_line_without_staff_is_told_each_in_their_time() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.happens(Input::Occupied { counsellor: account(1), line: line(1) });
    (1..=2).for_each(|number| drop(centre.asks(number, 1)));
    centre.pass(500);
    centre.happens(gone(1));
    centre.pass(50);
    centre.asks(3, 1);
    assert_eq!(closes(&centre.pass(70)), [(1, CloseCause::Unstaffed), (2, CloseCause::Unstaffed)]);
    assert_eq!(closes(&centre.pass(50)), [(3, CloseCause::Unstaffed)]);
}

#[test]
fn r8_somebody_who_looks_in_starts_the_time_without_staff_anew() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.happens(Input::Occupied { counsellor: account(1), line: line(1) });
    centre.asks(1, 1);
    centre.happens(gone(1));
    centre.pass(119);
    centre.happens(Input::CounsellorHere { counsellor: account(1) });
    centre.happens(gone(1));
    assert_eq!(closes(&centre.pass(119)), []);
    assert_eq!(closes(&centre.pass(1)), [(1, CloseCause::Unstaffed)]);
}

#[test]
fn r10_a_desk_that_drops_keeps_its_place_and_is_passed_over() {
    let mut centre = Centre::new(rules());
    centre.asks(1, 1);
    centre.asks(2, 1);
    centre.happens(desk_gone(1));
    centre.counsellor(1, &[(1, 0)], 1);
    assert_eq!(centre.rings_at(1), Some(2));
    assert_eq!(centre.lobby.ahead(ticket(2)), Some(1));
    centre.counsellor(2, &[(1, 0)], 1);
    let back = centre.happens(desk_here(1)).to_vec();
    assert!(back.contains(&Effect::Stands { ticket: ticket(1) }));
    assert_eq!(offers(&back), [(1, 2)]);
}

#[test]
fn r10_a_desk_that_drops_while_it_rings_is_nobodys_miss() {
    let mut centre = Centre::new(LineRules { misses_max: 1, ..rules() });
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    assert_eq!(withdrawals(centre.happens(desk_gone(1))), [(1, 1, WithdrawnReason::Gone)]);
    assert_eq!(offers(centre.happens(desk_here(1))), [(1, 1)]);
}

#[test]
fn r10_a_desk_that_stays_away_loses_its_place() {
    let mut centre = Centre::new(rules());
    centre.asks(1, 1);
    centre.happens(desk_gone(1));
    assert_eq!(closes(&centre.pass(44)), []);
    assert_eq!(closes(&centre.pass(1)), [(1, CloseCause::Abandoned)]);
}

#[test]
fn r10_after_a_restart_every_desk_has_its_grace() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    let known = centre.new_ticket(1, 1, 0);
    centre.pass(10);
    assert_eq!(offers(centre.happens(Input::Restore { ticket: known, here: false })), []);
    assert_eq!(offers(centre.happens(desk_here(1))), [(1, 1)]);
}

#[test]
fn r10_a_desk_of_which_nothing_is_known_is_passed_over_and_no_grace_runs() {
    let mut centre = Centre::new(rules());
    centre.asks(1, 1);
    centre.happens(Input::DeskUnseen { ticket: ticket(1) });
    centre.counsellor(1, &[(1, 0)], 1);
    assert_eq!(centre.rings_at(1), None);
    assert_eq!(closes(&centre.pass(600)), [], "it may be there, and is only not heard of");
    centre.happens(desk_gone(1));
    assert_eq!(closes(&centre.pass(44)), []);
    assert_eq!(offers(centre.happens(desk_here(1))), [(1, 1)], "it keeps its place");
    assert_eq!(withdrawals(centre.happens(Input::DeskUnseen { ticket: ticket(1) })), [(1, 1, WithdrawnReason::Gone)]);
    centre.happens(desk_gone(1));
    assert_eq!(closes(&centre.pass(45)), [(1, CloseCause::Abandoned)]);
}

#[test]
fn r10_a_desk_that_drops_during_the_match_is_away_if_it_fails() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 0)], 1);
    centre.asks(1, 1);
    centre.accepts(1, 1);
    centre.happens(desk_gone(1));
    centre.pass(40);
    assert_eq!(offers(centre.paired(1, Outcome::Failed)), []);
    assert_eq!(closes(&centre.pass(5)), [(1, CloseCause::Abandoned)]);
}

#[test]
fn r13_the_wait_follows_places_talks_and_lines_shared() {
    let mut centre = Centre::new(rules());
    centre.line(2, rules());
    assert_eq!(centre.lobby.estimate(line(1), 0), None, "nobody is there");
    centre.counsellor(1, &[(1, 0), (2, 0)], 2);
    assert_eq!(centre.lobby.estimate(line(1), 3), Some([450, 600]));
    for talked_s in [100, 200, 300, 400] {
        centre.happens(Input::Talked { line: line(1), talked_s });
    }
    assert_eq!(centre.lobby.estimate(line(1), 3), Some([150, 600]));
    (1..=2).for_each(|_| drop(centre.happens(Input::Occupied { counsellor: account(1), line: line(1) }).to_vec()));
    centre.asks(1, 1);
    assert_eq!(centre.lobby.estimate(line(1), 3), Some([150, 600]), "all their places are for this line");
    centre.asks(2, 2);
    assert_eq!(centre.lobby.estimate(line(1), 3), Some([300, 1200]), "half of them are");
    centre.happens(pause(1));
    assert_eq!(centre.lobby.estimate(line(1), 3), None);
}

#[test]
fn a_tick_that_comes_hours_late_lets_everything_happen_in_its_order() {
    let mut centre = Centre::new(rules());
    centre.counsellor(1, &[(1, 1)], 1);
    (1..=3).for_each(|number| drop(centre.asks(number, 1)));
    centre.happens(desk_gone(3));
    centre.now = centre.now.plus_s(10_000);
    let effects = centre.happens(Input::Tick).to_vec();
    assert_eq!(offers(&effects), [(1, 1)], "it was widened before it had waited too long");
    assert_eq!(closes(&effects).len(), 2);
}

#[test]
fn what_nobody_knows_is_ignored() {
    let mut centre = Centre::new(rules());
    let (counsellor, ticket, line) = (account(7), ticket(7), line(7));
    for input in [
        Input::Stored { ticket, ok: true },
        desk_here(7),
        desk_gone(7),
        Input::Closed { ticket, outcome: Outcome::Done },
        Input::Paired { ticket, outcome: Outcome::Done },
        Input::CounsellorHere { counsellor },
        gone(7),
        pause(7),
        Input::Open { counsellor, lines: None, capacity: None },
        Input::Occupied { counsellor, line },
        Input::Released { counsellor, line },
        Input::Talked { line, talked_s: 5 },
    ] {
        assert_eq!(centre.happens(input), []);
    }
}
