import { get, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { expect, test } from './fixture';

/** The body as it came over the wire, and its head. */
function fetched(url: string, accepts?: string): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = accepts === undefined ? {} : { 'accept-encoding': accepts };
    get(url, { headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(pieces) }));
    }).on('error', reject);
  });
}

test('pages and what they load come compressed by what the browser takes', async ({ centre }) => {
  const { url } = centre.server;
  const plain = await fetched(`${url}/desk`);
  expect(plain.headers['content-encoding']).toBeUndefined();
  const script = /src="(\/assets\/[^"]+)"/.exec(plain.body.toString())![1]!;
  for (const path of ['/desk', script]) {
    const whole = await fetched(url + path, 'identity');
    for (const [accepts, encoding, open] of [
      ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
      ['gzip, deflate', 'gzip', gunzipSync],
      ['br;q=0, gzip', 'gzip', gunzipSync],
    ] as const) {
      const { headers, body } = await fetched(url + path, accepts);
      expect(headers, `${path} for ${accepts}`).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
      expect(headers['content-type']).toBe(whole.headers['content-type']);
      expect(body.length).toBeLessThan(whole.body.length);
      expect(open(body).equals(whole.body)).toBe(true);
    }
  }
});
