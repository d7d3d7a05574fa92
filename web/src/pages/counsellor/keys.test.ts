import { expect, test } from 'vitest';

import { commandOf, KEYS, type Command, type Press } from './keys';

const elsewhere = { typing: false, dialog: false };
const inField = { typing: true, dialog: false };

function press(code: string, change: Partial<Press> = {}): Press {
  const plain = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, repeat: false };
  return { code, key: code.replace('Key', '').toLowerCase(), ...plain, ...change };
}

test('no two commands have the same key', () => {
  expect(new Set(Object.values(KEYS)).size).toBe(Object.keys(KEYS).length);
});

test.each(Object.entries(KEYS).filter(([command]) => command !== 'HELP') as Array<[Command, string]>)(
  '%s has its key: alone outside of fields, with Alt in them',
  (command, key) => {
    expect(commandOf(press(`Key${key}`), elsewhere)).toBe(command);
    expect(commandOf(press(`Key${key}`), inField)).toBeNull();
    expect(commandOf(press(`Key${key}`, { altKey: true }), inField)).toBe(command);
  },
);

test('with Korean letters on the place of the key counts', () => {
  expect(commandOf(press('KeyA', { key: 'ㅁ' }), elsewhere)).toBe('ACCEPT');
  expect(commandOf(press('KeyA', { key: 'ㅁ', altKey: true }), inField)).toBe('ACCEPT');
});

test('nothing happens while a syllable is being composed', () => {
  expect(commandOf(press('KeyA', { isComposing: true }), elsewhere)).toBeNull();
  expect(commandOf(press('KeyA', { key: 'Process', altKey: true }), inField)).toBeNull();
});

test('what the browser does with Ctrl stays the browser’s, and a held key counts once', () => {
  expect(commandOf(press('KeyA', { ctrlKey: true }), elsewhere)).toBeNull();
  expect(commandOf(press('KeyT', { metaKey: true }), elsewhere)).toBeNull();
  expect(commandOf(press('KeyE', { repeat: true }), elsewhere)).toBeNull();
});

test('a dialog keeps its keys, but a ring can be answered over it', () => {
  const dialog = { typing: false, dialog: true };
  expect(commandOf(press('KeyE'), dialog)).toBeNull();
  expect(commandOf(press('KeyA'), dialog)).toBe('ACCEPT');
});

test('the help has the question mark, and the arrows go through the rooms', () => {
  expect(commandOf(press('Slash', { key: '?', shiftKey: true }), elsewhere)).toBe('HELP');
  expect(commandOf(press('Slash', { key: '/' }), elsewhere)).toBeNull();
  expect(commandOf(press('ArrowDown', { altKey: true }), inField)).toBe('NEXT');
  expect(commandOf(press('ArrowDown'), inField)).toBeNull();
});
