import type { LiveCounsellor, LiveRoom, LiveTicket } from '../pages/admin/live/state';

/** Rows of the live list, as tests need them. */
export function ticket(id: string, unlike: Partial<LiveTicket> = {}): LiveTicket {
  return {
    ticket: id,
    number: id,
    line: 'GENERAL',
    language: 'ko',
    nickname: null,
    desk: null,
    requested_at: '2026-01-01T09:00:00.000Z',
    priority: 0,
    here: true,
    stage: 'WAITING',
    ...unlike,
  };
}

export function room(id: string, unlike: Partial<LiveRoom> = {}): LiveRoom {
  return {
    room: id,
    consultation: `t-${id}`,
    number: id,
    line: 'GENERAL',
    language: 'ko',
    kind: 'CONSULTATION',
    status: 'OPEN',
    opened_at: '2026-01-01T09:00:00.000Z',
    last_seq: 0,
    counsellor: { account: 'c', name: '김' },
    members: [],
    ...unlike,
  };
}

export function counsellor(account: string, unlike: Partial<LiveCounsellor> = {}): LiveCounsellor {
  return {
    account,
    name: account,
    connected: true,
    intent: 'OPEN',
    reason: null,
    activity: 'IDLE',
    capacity: 1,
    held: 0,
    lines: ['GENERAL'],
    ...unlike,
  };
}
