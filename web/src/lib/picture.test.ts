import { expect, test } from 'vitest';

import { ApiError } from './api';
import { pictureUrl, ticketOf } from './groups';
import { fit, NoPicture, pictureTrouble } from './picture';

test.each([
  [4000, 3000, 512, 384],
  [300, 1200, 128, 512],
  [100, 80, 100, 80],
  [10_000, 1, 512, 1],
])('%i by %i is drawn %i by %i', (width, height, to_width, to_height) => {
  expect(fit(width, height)).toEqual({ width: to_width, height: to_height });
});

test('what went wrong with a picture says what can be done', () => {
  const refused = (status: number) => new ApiError({ status, code: 'X' }, null);
  expect(pictureTrouble(new NoPicture())).toBe('room.picture.bad');
  expect(pictureTrouble(refused(422))).toBe('room.picture.bad');
  expect(pictureTrouble(refused(429))).toBe('room.picture.often');
  expect(pictureTrouble(refused(500))).toBe('room.picture.failed');
  expect(pictureTrouble(new TypeError('network'))).toBe('room.picture.failed');
});

test('a link is a room and its key, and nothing else is', () => {
  expect(ticketOf('r1.k1')).toEqual({ room: 'r1', key: 'k1' });
  for (const broken of ['', 'r1', 'r1.', '.k1', 'r1.k1.more']) expect(ticketOf(broken)).toBeNull();
});

test('a picture is found by its path or by its id', () => {
  expect(pictureUrl('/api/v1/media/x')).toBe('/api/v1/media/x');
  expect(pictureUrl('x')).toBe('/api/v1/media/x');
});
