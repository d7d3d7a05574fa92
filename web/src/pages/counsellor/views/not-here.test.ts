import { expect, test } from 'vitest';

import type { OwnAccount } from '../../../lib/api.gen';
import { counsels } from './not-here';

test.each<[OwnAccount['role'], string[], boolean]>([
  ['COUNSELLOR', [], true],
  ['COUNSELLOR', ['GENERAL'], true],
  ['MANAGER', [], false],
  ['MANAGER', ['GENERAL'], true],
  ['ADMIN', [], false],
  ['ADMIN', ['GENERAL'], true],
])('a %s with the lines %j counsels: %s', (role, lines, expected) => {
  expect(counsels({ role, lines } as unknown as OwnAccount)).toBe(expected);
});
