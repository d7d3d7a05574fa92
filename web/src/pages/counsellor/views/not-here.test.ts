import { expect, test } from 'vitest';

import type { Account } from '../../../lib/api';
import { counsels } from './not-here';

test.each<[Account['role'], string[], boolean]>([
  ['COUNSELLOR', [], true],
  ['COUNSELLOR', ['GENERAL'], true],
  ['MANAGER', [], false],
  ['MANAGER', ['GENERAL'], true],
  ['ADMIN', [], false],
  ['ADMIN', ['GENERAL'], true],
])('a %s with the lines %j counsels: %s', (role, lines, expected) => {
  expect(counsels({ role, lines } as unknown as Account)).toBe(expected);
});
