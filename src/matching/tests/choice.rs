//! The rule of choice (R3, R4), a case a line.

use super::*;

/// A counsellor: id, tier in line 1, seconds idle, places, rooms held.
type Free = (u128, u8, u64, u16, u32);
/// What it is about, who is there, seconds waited, who declined, who gets it.
type TicketCase<'a> = (&'a str, &'a [Free], u64, &'a [u128], Option<u128>);
/// A ticket: id, line, seconds waited, priority, whether its desk is here.
type Waits = (u128, u128, u64, u8, bool);
/// What it is about, who waits, which is taken.
type CounsellorCase<'a> = (&'a str, &'a [Waits], Option<u128>);

/// Who gets a ticket that has waited so long and was declined by these.
fn chosen(counsellors: &[Free], waited_s: u64, declined_by: &[u128]) -> Option<u128> {
    let mut centre = Centre::new(rules());
    centre.happens(Input::Suspend);
    let longest = counsellors.iter().map(|free| free.2).max().unwrap_or(0).max(waited_s);
    for second in 0..=longest {
        for &(id, tier, idle_s, capacity, held) in counsellors {
            if longest - idle_s == second {
                centre.counsellor(id, &[(1, tier)], capacity);
                (0..held).for_each(|_| {
                    drop(centre.happens(Input::Occupied { counsellor: account(id), line: line(1) }).to_vec())
                });
            }
        }
        if longest - waited_s == second {
            centre.asks(1, 1);
        }
        if second < longest {
            centre.pass(1);
        }
    }
    // As if they had been asked one after the other.
    let slot = centre.lobby.slot_of(ticket(1))?;
    for &id in declined_by {
        let place = centre.lobby.place_of(account(id))?;
        centre.lobby.counsellors[place as usize].declines += 1;
        let more = centre.lobby.tickets[slot].more();
        more.skips.push(place);
        more.forgive_at = centre.now.plus_s(60);
    }
    centre.lobby.reconsider(slot);
    let resumed = centre.happens(Input::Resume).to_vec();
    offers(&resumed).first().map(|offer| offer.1)
}

#[test]
fn who_gets_a_ticket() {
    #[rustfmt::skip]
    let cases: &[TicketCase] = &[
        ("nobody is there",                   &[],                                       0,  &[],     None),
        ("the only one",                      &[(1, 0, 0, 1, 0)],                        0,  &[],     Some(1)),
        ("idle longest",                      &[(1, 0, 5, 1, 0), (2, 0, 9, 1, 0)],       0,  &[],     Some(2)),
        ("as idle: by id",                    &[(2, 0, 5, 1, 0), (1, 0, 5, 1, 0)],       0,  &[],     Some(1)),
        ("lower tier before idle longest",    &[(1, 0, 1, 1, 0), (2, 1, 9, 1, 0)],       40, &[],     Some(1)),
        ("tier 1 not before its time",        &[(1, 1, 9, 1, 0)],                        29, &[],     None),
        ("tier 1 at its time",                &[(1, 1, 9, 1, 0)],                        30, &[],     Some(1)),
        ("tier 2 not with tier 1",            &[(1, 2, 9, 1, 0)],                        59, &[],     None),
        ("tier 2 at its time",                &[(1, 2, 9, 1, 0)],                        60, &[],     Some(1)),
        ("no place free",                     &[(1, 0, 9, 1, 1)],                        0,  &[],     None),
        ("one of two places free",            &[(1, 0, 9, 2, 1)],                        0,  &[],     Some(1)),
        ("full: the next",                    &[(1, 0, 9, 1, 1), (2, 0, 5, 1, 0)],       0,  &[],     Some(2)),
        ("first tier full: the second",       &[(1, 0, 9, 1, 1), (2, 1, 5, 1, 0)],       30, &[],     Some(2)),
        ("declined: the next",                &[(1, 0, 9, 1, 0), (2, 0, 5, 1, 0)],       0,  &[1],    Some(2)),
        ("declined: the next tier",           &[(1, 0, 9, 1, 0), (2, 1, 5, 1, 0)],       30, &[1],    Some(2)),
        ("declined: not the next tier yet",   &[(1, 0, 9, 1, 0), (2, 1, 5, 1, 0)],       29, &[1],    None),
        ("declined by all",                   &[(1, 0, 9, 1, 0), (2, 0, 5, 1, 0)],       0,  &[1, 2], None),
    ];
    for (what, counsellors, waited_s, declined_by, expected) in cases {
        assert_eq!(chosen(counsellors, *waited_s, declined_by), *expected, "{what}");
    }
}

/// Which ticket a counsellor who serves lines 1 (tier 0) and 2 (tier 1) gets when they open.
fn taken(tickets: &[Waits]) -> Option<u128> {
    let mut centre = Centre::new(rules());
    centre.line(2, rules());
    centre.pass(100);
    for &(id, in_line, waited_s, priority, here) in tickets {
        let mut new = centre.new_ticket(id, in_line, priority);
        new.requested_at.0 -= (waited_s * SECOND) as i64;
        new.since.0 -= waited_s * SECOND;
        centre.happens(Input::Restore { ticket: new, here });
    }
    centre.counsellor(1, &[(1, 0), (2, 1)], 1);
    centre.rings_at(1)
}

#[test]
fn which_ticket_a_counsellor_gets() {
    #[rustfmt::skip]
    let cases: &[CounsellorCase] = &[
        ("nobody waits",                    &[],                                                None),
        ("the only one",                    &[(1, 1, 0, 0, true)],                              Some(1)),
        ("the earliest",                    &[(1, 1, 5, 0, true), (2, 1, 9, 0, true)],          Some(2)),
        ("as early: by id",                 &[(2, 1, 5, 0, true), (1, 1, 5, 0, true)],          Some(1)),
        ("the earliest of all lines",       &[(1, 1, 40, 0, true), (2, 2, 50, 0, true)],        Some(2)),
        ("tiers respected across lines",    &[(1, 1, 5, 0, true), (2, 2, 29, 0, true)],         Some(1)),
        ("only one, not long enough",       &[(2, 2, 29, 0, true)],                             None),
        ("priority counts as waiting",      &[(1, 1, 99, 0, true), (2, 1, 0, 1, true)],         Some(2)),
        ("priority does not widen",         &[(1, 1, 0, 0, true), (2, 2, 29, 9, true)],         Some(1)),
        ("absent desks are passed over",    &[(1, 1, 5, 0, true), (2, 1, 9, 0, false)],         Some(1)),
        ("all absent",                      &[(1, 1, 5, 0, false)],                             None),
        ("a line not served",               &[(1, 7, 5, 0, true)],                              None),
    ];
    for (what, tickets, expected) in cases {
        assert_eq!(taken(tickets), *expected, "{what}");
    }
}
