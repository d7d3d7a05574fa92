import { afterEach, expect, test, vi } from 'vitest';

import type { AccountView, JobView } from '../../lib/api.gen';
import { FakeTimers } from '../../testing/fakes';
import { asked as askedPerson, patch as accountPatch, served, stateOf, type NewPerson } from './accounts/accounts';
import { actsFor } from './accounts/actions';
import { fromQuery as auditsFromQuery, wanted as wantedAudits } from './audit/audits';
import { ACTIONS, actionText, kindText, reasonOf } from './audit/words';
import { everything, fromQuery, isNarrowed, wanted } from './consultations/filter';
import { details, doer, explained } from './consultations/words';
import { deskLink, made, patch as deskPatch } from './desks/desks';
import { Jobs } from './jobs';
import { badFigure, patch as linePatch, usual } from './lines/lines';
import { mayChange, maySee, sectionOf } from './sections';

afterEach(() => vi.unstubAllGlobals());

test('a filter is asked in the office’s days and in seconds, without what is empty', () => {
  const filter = { ...everything, from: '2026-11-20', to: '2026-11-21', waited: '1.5', q: ' 여권 ', line: 'l1' };
  expect(wanted(filter)).toEqual({
    line_id: 'l1',
    from: '2026-11-19T15:00:00.000Z',
    to: '2026-11-21T15:00:00.000Z',
    waited_over_s: 90,
    q: '여권',
  });
  expect(wanted(everything)).toEqual({});
  expect(wanted({ ...everything, waited: 'soon' })).toEqual({});
});

test('what the address does not name is not narrowed', () => {
  expect(fromQuery({ q: 'x', unknown: 'y' })).toEqual({ ...everything, q: 'x' });
  expect(isNarrowed({ ...everything, q: 'x' })).toBe(false);
  expect(isNarrowed({ ...everything, rating: '5' })).toBe(true);
});

test('an action of the audit is asked in capitals, and an end day is included', () => {
  const filter = auditsFromQuery({ subject: ' s ', action: 'line_edited', to: '2026-11-21' });
  expect(wantedAudits(filter)).toMatchObject({ action: 'LINE_EDITED', subject: 's', to: '2026-11-21T15:00:00.000Z' });
});

test('what was done is said in words, and what there are no words for as it is', () => {
  expect(actionText('ACCOUNT_APPROVED')).toBe('계정 승인');
  expect(actionText('SOMETHING_NEW')).toBe('SOMETHING_NEW');
  expect(kindText('DESK')).toBe('창구');
  expect(kindText('any')).toBe('any');
  expect(ACTIONS).not.toContain('any');
  expect(reasonOf({ detail: { reason: '교대' } })).toBe('교대');
  expect(reasonOf({ detail: { reason: null } })).toBeNull();
  expect(reasonOf({ detail: null })).toBeNull();
});

test('why a match came about is said without what did not happen', () => {
  const why = { rule: 'R3' as const, tier: 1, waited_s: 65, idle_s: 7, ahead: 0, passed_over: [] };
  expect(explained(why)).toHaveLength(4);
  expect(explained({ ...why, rule: 'R4', ahead: 2, passed_over: ['a'] })).toHaveLength(6);
  expect(explained(why).join(' ')).toContain('1:05');
});

test('the detail of a step is said in words, whatever it is', () => {
  const said = (kind: string, detail: unknown, by_name?: string) => details({ kind, detail, ...(by_name && { by_name }) });
  expect(said('EDITED', null)).toEqual([]);
  expect(said('EDITED', 'a reason')).toEqual(['a reason']);
  expect(said('EDITED', { memo: 'before', empty: '', tier: 0 })).toEqual(['메모: before', 'tier: 0']);
  expect(said('EDITED', { memo: { from: null, to: '새 메모' } })).toEqual(['메모: – → 새 메모']);
  expect(said('OFFERED', { counsellor: 'id', counsellor_name: '김하나', room: 'r' })).toEqual(['김하나 님에게']);
  expect(said('DECLINED', { counsellor_name: '김하나' }, '김하나')).toEqual([]);
  expect(said('ROOM_ENDED', { reason: 'DESK_LEFT', note: '감사' })).toEqual(['방문자가 나감', '남긴 말: 감사']);
  expect(said('MOVED', { line: 'b', line_before: 'a', reason: '잘못 고름' })).toEqual(['업무: a → b', '이유: 잘못 고름']);
  expect(said('TRANSFER_ENDED', { room: 'r', counsellor_name: '김하나', state: 'DECLINED' })).toEqual(['김하나 님에게', '넘김']);
  expect(said('ENDED', { reason: 'SOMETHING_NEW' })).toEqual(['SOMETHING_NEW']);
});

test('who ended a room is named where the record has it', () => {
  const ended = (reason: string, by_name?: string) => doer({ at: '', kind: 'ROOM_ENDED', ...(by_name && { by_name }), detail: { reason } });
  expect(ended('DONE', '김하나')).toBe('김하나');
  expect(ended('DESK_LEFT')).toBe('방문자');
  expect(ended('ADMIN')).toBe('관리자');
  expect(ended('DONE')).toBeNull();
  expect(doer({ at: '', kind: 'REQUESTED', detail: { reason: 'ADMIN' } })).toBeNull();
});

const account = {
  approved: true,
  suspended: false,
  deleted: false,
  valid_from: null,
  valid_until: null,
} as AccountView;
const NOW = Date.parse('2026-11-21T00:00:00Z');

test.each<[Partial<AccountView>, string]>([
  [{}, 'ACTIVE'],
  [{ approved: false }, 'PENDING'],
  [{ suspended: true }, 'SUSPENDED'],
  [{ valid_until: '2026-11-21T00:00:00Z' }, 'EXPIRED'],
  [{ valid_until: '2026-11-21T00:00:01Z' }, 'ACTIVE'],
  [{ valid_from: '2026-11-22T00:00:00Z' }, 'EXPIRED'],
  [{ deleted: true, suspended: true }, 'DELETED'],
])('an account with %o is %s', (unlike, state) => {
  expect(stateOf({ ...account, ...unlike }, NOW)).toBe(state);
});

test('a person is added with a link unless a first password is chosen, and without what is empty', () => {
  const lines = [{ line: 'l1', tier: 0 }];
  const typed: NewPerson = { name: ' 박 ', login: ' park ', email: ' ', role: 'MANAGER', capacity: '2', lines, all_lines: true, way: 'LINK', password: 'typed before', again: '' };
  const sent = { name: '박', login: 'park', role: 'MANAGER', lines, all_lines: true, capacity: 2, language: 'ko' };
  expect(askedPerson(typed)).toEqual(sent);
  expect(askedPerson({ ...typed, email: 'park@example.org', way: 'PASSWORD' })).toEqual({ ...sent, email: 'park@example.org', password: 'typed before' });
});

test('what may be done to an account depends on its state', () => {
  expect(actsFor('PENDING', false)).toEqual(['approve', 'delete']);
  expect(actsFor('ACTIVE', true)).toEqual(['link', 'suspend', 'delete', 'factor']);
  expect(actsFor('SUSPENDED', false)).toEqual(['resume', 'delete']);
  expect(actsFor('DELETED', true)).toEqual(['restore']);
});

test('an account’s capacity is sent as a number, its lines in one order', () => {
  expect(accountPatch({ capacity: '3', name: 'x' })).toEqual({ capacity: 3, name: 'x' });
  expect(accountPatch({ name: 'x' })).toEqual({ name: 'x' });
  const lines = [
    { line: 'b', tier: 0, topic: 'B' },
    { line: 'a', tier: 1, topic: 'A' },
  ];
  expect(served(lines)).toEqual([
    { line: 'a', tier: 1 },
    { line: 'b', tier: 0 },
  ]);
});

test('a desk’s empty place is none when edited, and left out when made', () => {
  expect(deskPatch({ place: ' ', line: '' })).toEqual({ place: null, line: null });
  expect(deskPatch({ in_use: false })).toEqual({ in_use: false });
  expect(made({ name: ' a ', place: '', line: '' })).toEqual({ name: 'a' });
  expect(deskLink('d', 'k&1', 'https://x')).toBe('https://x/desk#desk=d&key=k%261');
});

test('a line’s figures are sent as numbers, and one out of bounds is found', () => {
  const line = usual(4);
  expect(linePatch({ waiting_max: '12', prefix: ' B ' })).toEqual({ waiting_max: 12, prefix: 'B' });
  expect(linePatch({ hours: line.hours })).toEqual({ hours: null });
  expect(badFigure(line)).toBeNull();
  expect(badFigure({ ...line, accept_s: '601' })).toBe('accept_s');
  expect(badFigure({ ...line, order: '' })).toBe('order');
  expect(badFigure({ ...line, retry_s: '1.5' })).toBe('retry_s');
});

test('managers read lines and codes, admins change them', () => {
  expect(mayChange('lines', 'MANAGER')).toBe(false);
  expect(mayChange('codes', 'ADMIN')).toBe(true);
  expect(mayChange('desks', 'MANAGER')).toBe(true);
  expect(mayChange('desks', 'COUNSELLOR')).toBe(false);
  expect(['servers', 'audit'].map((section) => maySee(sectionOf(section), 'MANAGER'))).toEqual([false, true]);
  expect(maySee('servers', 'ADMIN')).toBe(true);
  expect(sectionOf('nowhere')).toBe('live');
});

test('a job is asked after as long as it is under way, and no longer', async () => {
  const timers = new FakeTimers();
  const states = ['RUNNING', 'DONE'];
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string, { method }: RequestInit) => {
    asked.push(`${method} ${url}`);
    const items = [{ id: 'v', kind: 'VALIDITY', state: 'RUNNING' } as JobView, { id: 'j', kind: 'EXPORT', state: states[Math.min(1, asked.length - 2)] } as JobView];
    return Promise.resolve(new Response(JSON.stringify({ items, next: null })));
  });
  const jobs = new Jobs(timers);
  await jobs.start('CSV', { status: 'DONE' });
  expect(asked).toEqual(['POST /api/v1/consultations/export', 'GET /api/v1/jobs?limit=50']);
  expect(timers.pending).toBe(1);
  expect(jobs.list.value).toHaveLength(1);
  timers.advance(1_000);
  await vi.waitFor(() => expect(jobs.list.value[0]?.state).toBe('DONE'));
  expect(timers.pending).toBe(0);
});
