import { expect, test } from 'vitest';

import type { Me } from '../../../lib/api.gen';
import { counsels } from './not-here';

test.each<[Me['role'], string[], boolean]>([
  ['COUNSELLOR', [], true],
  ['COUNSELLOR', ['GENERAL'], true],
  ['MANAGER', [], false],
  ['MANAGER', ['GENERAL'], true],
  ['ADMIN', [], false],
  ['ADMIN', ['GENERAL'], true],
])('a %s with the lines %j counsels: %s', (role, lines, expected) => {
  expect(counsels({ role, lines } as unknown as Me)).toBe(expected);
});
