import { signal } from '@preact/signals';
import { expect, test, vi } from 'vitest';

import { Unsaved } from './unsaved';

const held = (typed: string, goesThrough = true) => {
  const text = signal(typed);
  const save = vi.fn(async () => {
    if (goesThrough) text.value = '';
    return goesThrough;
  });
  return { text, save, isTouched: () => text.value !== '' };
};

test('what is typed is saved, and what is not typed is left alone', async () => {
  const unsaved = new Unsaved();
  const [one, other] = [held('a'), held('')];
  unsaved.hold(one);
  unsaved.hold(other);
  expect(unsaved.isTouched.value).toBe(true);
  expect(await unsaved.save()).toBe(true);
  expect(unsaved.isTouched.value).toBe(false);
  expect(other.save).not.toHaveBeenCalled();
});

test('the first that is refused ends it', async () => {
  const unsaved = new Unsaved();
  const [one, other] = [held('a', false), held('b')];
  unsaved.hold(one);
  unsaved.hold(other);
  expect(await unsaved.save()).toBe(false);
  expect(other.save).not.toHaveBeenCalled();
  expect(unsaved.isTouched.value).toBe(true);
});

test('a form that has gone is not saved any more', async () => {
  const unsaved = new Unsaved();
  const one = held('a');
  unsaved.hold(one)();
  expect(unsaved.isTouched.value).toBe(false);
  expect(await unsaved.save()).toBe(true);
  expect(one.save).not.toHaveBeenCalled();
});

test('what is kept comes back once', () => {
  const unsaved = new Unsaved();
  unsaved.keep('office', { name: 'Town hall' });
  expect(unsaved.take('office')).toEqual({ name: 'Town hall' });
  expect(unsaved.take('office')).toBeUndefined();
});
