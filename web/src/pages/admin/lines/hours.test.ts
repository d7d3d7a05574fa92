import { expect, test } from 'vitest';

import type { OpeningHours } from '../../../lib/api.gen';
import { badDay, fromPlan, reduce, toPlan, type Week } from './hours';

const plan: OpeningHours = { mon: [['09:00', '12:00'], ['13:00', '24:00']], sat: [['10:00', '14:00']] };

test('a plan is edited and written back as it was', () => {
  const week = fromPlan(plan);
  expect(week.days.mon).toEqual([
    { from: '09:00', to: '12:00' },
    { from: '13:00', to: '00:00' },
  ]);
  expect(toPlan(week)).toEqual(plan);
  expect(toPlan(fromPlan(null))).toBeNull();
});

test('a week that is never open is not one that is always open', () => {
  expect(toPlan(reduce(fromPlan(null), { type: 'always', always: false }))).toEqual({});
});

test('the first span of a day is the usual one, the next begins where the last ended, and Monday spreads', () => {
  let week = reduce(fromPlan(null), { type: 'always', always: false });
  week = reduce(week, { type: 'added', day: 'mon' });
  expect(week.days.mon).toEqual([{ from: '09:00', to: '18:00' }]);
  week = reduce(week, { type: 'added', day: 'mon' });
  expect(week.days.mon[1]).toEqual({ from: '18:00', to: '' });
  week = reduce(week, { type: 'changed', day: 'mon', index: 1, span: { from: '19:00', to: '21:00' } });
  week = reduce(week, { type: 'spread' });
  expect(week.days.fri).toEqual(week.days.mon);
  expect(week.days.sat).toEqual([]);
  week = reduce(week, { type: 'removed', day: 'fri', index: 0 });
  expect(week.days.fri).toEqual([{ from: '19:00', to: '21:00' }]);
  expect(week.days.mon).toHaveLength(2);
});

test('a day has at most eight spans', () => {
  let week: Week = fromPlan({});
  for (let count = 0; count < 9; count += 1) week = reduce(week, { type: 'added', day: 'sun' });
  expect(week.days.sun).toHaveLength(8);
});

test.each<[string, OpeningHours, string | null]>([
  ['in order', plan, null],
  ['backwards', { tue: [['12:00', '09:00']] }, 'tue'],
  ['empty', { wed: [['09:00', '']] }, 'wed'],
  ['overlapping', { thu: [['09:00', '13:00'], ['12:00', '14:00']] }, 'thu'],
  ['out of order', { fri: [['13:00', '14:00'], ['09:00', '12:00']] }, null],
])('spans that are %s', (_, given, bad) => {
  expect(badDay(fromPlan(given))).toBe(bad);
});
