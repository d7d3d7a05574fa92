import { beforeEach, describe, expect, test } from 'vitest';

import { dayAndTime, officeTime } from './format';
import { day, inOffice, learnZone, officeZone } from './office';
import { dayAfter, fromField, toField } from './office-fields';

beforeEach(() => learnZone('Asia/Seoul'));

test('a moment is shown by the office’s clock and means the same again', () => {
  expect(toField('2026-11-20T15:30:00Z')).toBe('2026-11-21T00:30');
  expect(fromField('2026-11-21T00:30')).toBe('2026-11-20T15:30:00.000Z');
  expect(toField(null)).toBe('');
  expect(fromField('')).toBeNull();
  expect(fromField('no moment')).toBeNull();
});

test('a day begins at the office’s midnight', () => {
  expect(fromField('2026-11-21')).toBe('2026-11-20T15:00:00.000Z');
  expect(dayAfter('2026-12-31')).toBe('2027-01-01');
  expect(day(0, Date.parse('2026-11-20T16:00:00Z'))).toBe('2026-11-21');
  expect(day(-6, Date.parse('2026-11-20T16:00:00Z'))).toBe('2026-11-15');
});

test('a zone the server says is the office’s, and one that is none changes nothing', () => {
  learnZone('Asia/Kolkata');
  expect(officeZone.value).toBe('Asia/Kolkata');
  for (const none of ['Mars/Olympus', '', null, undefined]) learnZone(none);
  expect(officeZone.value).toBe('Asia/Kolkata');
});

test('a zone half an hour off the hours has its own midnight', () => {
  learnZone('Asia/Kolkata');
  expect(fromField('2026-11-21')).toBe('2026-11-20T18:30:00.000Z');
  expect(toField('2026-11-20T18:29:00Z')).toBe('2026-11-20T23:59');
  expect(day(0, Date.parse('2026-11-20T18:30:00Z'))).toBe('2026-11-21');
  expect(officeTime('2026-11-20T18:30:00Z')).toBe('00:00');
  expect(dayAndTime('2026-11-20T18:29:00Z')).toBe('26. 11. 20. 23:59');
});

describe('where the clocks change', () => {
  beforeEach(() => learnZone('America/New_York'));

  test('an hour that is left out means the moment as long after the change', () => {
    expect(fromField('2026-03-08T01:59')).toBe('2026-03-08T06:59:00.000Z');
    expect(fromField('2026-03-08T02:30')).toBe('2026-03-08T07:30:00.000Z');
    expect(toField('2026-03-08T07:30:00Z')).toBe('2026-03-08T03:30');
    expect(fromField('2026-03-08T03:00')).toBe('2026-03-08T07:00:00.000Z');
  });

  test('of an hour that comes twice the first is meant', () => {
    expect(fromField('2026-11-01T01:30')).toBe('2026-11-01T05:30:00.000Z');
    expect(toField('2026-11-01T06:30:00Z')).toBe('2026-11-01T01:30');
    expect(fromField('2026-11-01T02:00')).toBe('2026-11-01T07:00:00.000Z');
  });

  test('days of 23 and of 25 hours are one day each', () => {
    expect([fromField('2026-03-08'), fromField('2026-03-09')]).toEqual(['2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z']);
    expect([fromField('2026-11-01'), fromField('2026-11-02')]).toEqual(['2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z']);
    // Half past midnight, before an hour that comes twice: 24 hours later it is the same day still.
    expect(day(1, Date.parse('2026-11-01T04:30:00Z'))).toBe('2026-11-02');
    expect(day(-1, Date.parse('2026-03-09T03:30:00Z'))).toBe('2026-03-07');
  });

  test('a midnight that is left out begins its day all the same', () => {
    learnZone('America/Santiago');
    expect(fromField('2026-09-06')).toBe('2026-09-06T04:00:00.000Z');
    expect(toField('2026-09-06T04:00:00Z')).toBe('2026-09-06T01:00');
  });

  test('the zone of a page that is open can change, and what it writes changes with it', () => {
    const clock = () => inOffice('2026-07-01T12:00:00Z', 'en-GB', { hour: '2-digit', minute: '2-digit' });
    expect(clock()).toBe('08:00');
    learnZone('Asia/Seoul');
    expect(clock()).toBe('21:00');
  });
});
