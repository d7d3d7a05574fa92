import { expect, test } from 'vitest';

import { FakeStorage } from '../testing/fakes';
import { Memory } from './storage';

/** A store that refuses what it is told to. */
class Refusing extends FakeStorage {
  refuses: 'NOTHING' | 'WRITES' | 'ALL' = 'NOTHING';

  override setItem(key: string, value: string): void {
    if (this.refuses !== 'NOTHING') throw new DOMException('full', 'QuotaExceededError');
    super.setItem(key, value);
  }

  override getItem(key: string): string | null {
    if (this.refuses === 'ALL') throw new DOMException('denied', 'SecurityError');
    return super.getItem(key);
  }
}

test('what a browser takes lasts, and nothing is said to be lost', () => {
  const storage = new FakeStorage();
  new Memory(() => storage).setItem('a', '1');
  const memory = new Memory(() => storage);
  expect(memory.getItem('a')).toBe('1');
  expect(memory.names()).toEqual(['a']);
  expect(memory.isLost.value).toBe(false);
  memory.removeItem('a');
  expect(storage.length).toBe(0);
});

test('where the browser gives no store at all, the page remembers for itself and says that it is lost with it', () => {
  const memory = new Memory(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  expect(memory.isLost.value).toBe(true);
  memory.setItem('a', '1');
  expect(memory.getItem('a')).toBe('1');
  expect([memory.length, memory.key(0)]).toEqual([1, 'a']);
  memory.clear();
  expect(memory.getItem('a')).toBeNull();
});

test('a store that is full keeps no older value in the place of one it did not take', () => {
  const storage = new Refusing();
  const memory = new Memory(() => storage);
  memory.setItem('a', 'old');
  storage.refuses = 'WRITES';
  memory.setItem('a', 'new');
  expect(memory.getItem('a')).toBe('new');
  expect(memory.isLost.value).toBe(true);
  expect(new Memory(() => storage).getItem('a')).toBeNull();
});

test('a store that throws later is no fault of the page', () => {
  const storage = new Refusing();
  const memory = new Memory(() => storage);
  memory.setItem('a', '1');
  storage.refuses = 'ALL';
  expect(memory.getItem('a')).toBeNull();
  memory.setItem('b', '2');
  expect(memory.getItem('b')).toBe('2');
});
