import { expect, test } from 'vitest';

import { Unreachable } from './api';
import type { Page } from './api.gen';
import { List } from './list';

interface Row {
  id: string;
  name: string;
}

const rows = (...ids: string[]): Row[] => ids.map((id) => ({ id, name: id }));

/** A server whose answers are given by hand. */
function asked() {
  const questions: Array<{ filter: string; after: string | null; answer(page: Page<Row>): void; fail(): void }> = [];
  const list = new List<Row, string>(
    (filter, after) =>
      new Promise((resolve, reject) => {
        questions.push({ filter, after, answer: resolve, fail: () => reject(new Unreachable(null)) });
      }),
    ({ id }) => id,
  );
  return { list, questions };
}

test('pages follow one another, and a row that moved is there once', async () => {
  const { list, questions } = asked();
  const first = list.load('q');
  expect(list.state.value.status).toBe('LOADING');
  questions[0]!.answer({ items: rows('a', 'b'), next: 'n' });
  await first;
  const second = list.more();
  expect(questions[1]).toMatchObject({ filter: 'q', after: 'n' });
  questions[1]!.answer({ items: rows('b', 'c'), next: null });
  await second;
  expect(list.state.value).toMatchObject({ status: 'READY', next: null, items: rows('a', 'b', 'c') });
});

test('a late answer to an older question is not shown', async () => {
  const { list, questions } = asked();
  const old = list.load('old');
  const newer = list.load('new');
  questions[1]!.answer({ items: rows('new'), next: null });
  await newer;
  questions[0]!.answer({ items: rows('old'), next: null });
  await old;
  expect(list.state.value.items).toEqual(rows('new'));
});

test('what fails keeps the rows there are, and is tried again from there', async () => {
  const { list, questions } = asked();
  const first = list.load('q');
  questions[0]!.answer({ items: rows('a'), next: 'n' });
  await first;
  const second = list.more();
  questions[1]!.fail();
  await second;
  expect(list.state.value).toMatchObject({ status: 'FAILED', items: rows('a'), trouble: { key: 'common.unreachable' } });
  void list.more();
  expect(questions[2]).toMatchObject({ after: 'n' });
});

test('a row that changed is put in its place', async () => {
  const { list, questions } = asked();
  const first = list.load('q');
  questions[0]!.answer({ items: rows('a', 'b'), next: null });
  await first;
  list.put({ id: 'b', name: 'B' });
  list.put({ id: 'c', name: 'C' });
  expect(list.state.value.items).toEqual([
    { id: 'a', name: 'a' },
    { id: 'b', name: 'B' },
  ]);
});
