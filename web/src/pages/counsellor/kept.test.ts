import { beforeEach, expect, test } from 'vitest';

import { Memory } from '../../lib/storage';
import { FakeStorage } from '../../testing/fakes';
import { forget, keep, KEPT_MS_MAX, nothing, prune, recall } from './kept';

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
});

const drafts = { r: { body: 'half', memo: 'note' } };

test('what was kept comes back to the same account only', () => {
  keep(storage, 'kim', { ...nothing, drafts }, 0);
  expect(recall(storage, 'kim', 1).drafts).toEqual(drafts);
  expect(recall(storage, 'lee', 1)).toEqual(nothing);
});

test('with nothing to keep nothing is there', () => {
  keep(storage, 'kim', { ...nothing, drafts }, 0);
  keep(storage, 'kim', nothing, 1);
  expect(storage.length).toBe(0);
});

test('a log-out wipes it', () => {
  keep(storage, 'kim', { ...nothing, drafts }, 0);
  forget(storage, 'kim');
  expect(storage.length).toBe(0);
});

test('what another account left here goes after a day', () => {
  keep(storage, 'kim', { ...nothing, drafts }, 0);
  recall(storage, 'lee', KEPT_MS_MAX);
  expect(storage.length).toBe(1);
  recall(storage, 'lee', KEPT_MS_MAX + 1);
  expect(storage.length).toBe(0);
});

test('what cannot be read is nothing', () => {
  for (const text of ['', '{', '[]', '"x"', 'null', '7']) {
    storage.setItem('anteroom.counsellor.kim', text);
    expect(recall(storage, 'kim', 0)).toEqual(nothing);
  }
});

test('a full storage does no harm', () => {
  storage.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  const memory = new Memory(() => storage);
  keep(memory, 'kim', { ...nothing, drafts }, 0);
  expect(recall(memory, 'kim', 1).drafts).toEqual(drafts);
});

test('drafts of rooms that are gone, and empty ones, are dropped', () => {
  expect(prune({ r: { body: 'x' }, q: { body: 'y' }, s: { body: '', memo: '' } }, ['r', 's'])).toEqual({ r: { body: 'x' } });
});
