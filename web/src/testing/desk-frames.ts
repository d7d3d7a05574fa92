import type { LineInfo, ServerFrame } from '../lib/protocol.gen';

// What a server says to a desk, for unit tests.

export const line: LineInfo = { topic: 'GENERAL', language: 'ko', name: '일반', open: true };
export const welcome: ServerFrame = { type: 'welcome', session: 's', heartbeat_s: 10, node: 'n', lines: [line] };

export function waiting(ahead: number, resume = 'token-1'): ServerFrame {
  const requested_at = '2026-01-01T00:00:00.000Z';
  return { type: 'waiting', ticket: 't', number: 'A-001', line: 'GENERAL', requested_at, ahead, eta_s: null, resume };
}

export function matched(last_seq = 0, room = 'r', you = 'd'): Extract<ServerFrame, { type: 'matched' }> {
  return {
    type: 'matched',
    room,
    consultation: 't',
    ticket: 't',
    you,
    members: [
      { member: you, role: 'DESK', name: '', state: 'JOINED' },
      { member: `c-${room}`, role: 'COUNSELLOR', name: 'Kim', state: 'JOINED' },
    ],
    last_seq,
    resume: 'token-2',
  };
}

export function message(seq: number, room = 'r', from = `c-${room}`, client_id = `x${seq}`): ServerFrame {
  return { type: 'message', room, seq, id: `${seq}`, client_id, from, kind: 'TEXT', body: `m${seq}`, at: 't' };
}
