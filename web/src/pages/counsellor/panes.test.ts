import { expect, test } from 'vitest';

import { begin, hear } from '../../lib/conversation';
import { beside, front, noPanes, settle, shown, step, toggle, type Panes } from './panes';
import { openTab, UNKNOWN, type Tab } from './tabs';

function tab(room: string, change: { ended?: boolean; said?: number } = {}): Tab {
  const seat = { room, you: 'c', members: [], last_seq: 0 };
  const frame = { type: 'matched', consultation: room, ticket: room, ...seat } as const;
  const made = openTab(frame, { number: room, line: 'L', about: UNKNOWN }, { outbox: [], whispers: [] });
  let conversation = begin(seat);
  for (let seq = 1; seq <= (change.said ?? 0); seq += 1) {
    const said = { type: 'message', id: `${seq}`, client_id: `${seq}`, from: 'd', kind: 'TEXT', body: 'b', at: 't' } as const;
    conversation = hear(conversation, { ...said, room, seq });
  }
  if (change.ended) conversation = hear(conversation, { type: 'ended', room, reason: 'DONE' });
  return { ...made, conversation };
}

const one: Panes = { ...noPanes, wide: true, panes: ['a'], active: 'a' };
const two: Panes = { ...one, panes: ['a', 'b'] };

test('where it is narrow only the active room is shown', () => {
  expect(shown(two)).toEqual(['a', 'b']);
  expect(shown({ ...two, wide: false, active: 'b' })).toEqual(['b']);
});

test('a room takes the place of the active one, and one on the screen keeps its place', () => {
  expect(front(two, 'c')).toMatchObject({ panes: ['c', 'b'], active: 'c' });
  expect(front(two, 'b')).toMatchObject({ panes: ['a', 'b'], active: 'b' });
  expect(front(noPanes, 'a')).toMatchObject({ panes: ['a'], active: 'a' });
});

test('a third room finds no place, nor a second one where it is narrow', () => {
  expect(beside(one, 'b').panes).toEqual(['a', 'b']);
  expect(beside(two, 'c').panes).toEqual(['a', 'b']);
  expect(beside({ ...one, wide: false }, 'b').panes).toEqual(['a']);
});

test('the second pane is the room with something unread, and goes again', () => {
  const tabs = [tab('a'), tab('b'), tab('c', { said: 1 })];
  const both = toggle(one, tabs);
  expect(both).toMatchObject({ panes: ['a', 'c'], active: 'a' });
  expect(toggle(both, tabs).panes).toEqual(['a']);
});

test('a room that is gone leaves its place to the other, then to the first there is', () => {
  expect(settle({ ...two, active: 'a' }, [tab('b'), tab('c')])).toMatchObject({ panes: ['b'], active: 'b' });
  expect(settle(two, [tab('x', { ended: true }), tab('c')])).toMatchObject({ panes: ['c'], active: 'c' });
  expect(settle(two, [])).toMatchObject({ panes: [], active: null });
});

test('the steps go round through the list as it is shown: talks, then wrap-ups', () => {
  const tabs = [tab('w', { ended: true }), tab('a'), tab('b')];
  expect(step('a', tabs, 1)).toBe('b');
  expect(step('b', tabs, 1)).toBe('w');
  expect(step('w', tabs, 1)).toBe('a');
  expect(step('a', tabs, -1)).toBe('w');
  expect(step(null, tabs, 1)).toBe('a');
  expect(step('a', [], 1)).toBeNull();
});
