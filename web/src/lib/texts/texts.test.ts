import { expect, test } from 'vitest';

import { en } from './en';
import { ko } from './ko';

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
const keys = Object.keys(ko) as Array<keyof typeof ko>;

test('both languages have the same texts', () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort());
});

test.each(keys)('%s is written in both languages and takes the same values', (key) => {
  expect(ko[key].trim()).not.toBe('');
  expect(en[key].trim()).not.toBe('');
  expect(holes(en[key])).toEqual(holes(ko[key]));
});
