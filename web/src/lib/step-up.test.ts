import { afterEach, expect, test, vi } from 'vitest';

import { call } from './api';
import { StepUp } from './step-up';

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, code?: string): Response {
  if (status === 204) return new Response(null, { status });
  const headers = { 'content-type': 'application/problem+json' };
  return new Response(JSON.stringify(code ? { status, code } : { done: true }), { status, headers });
}

/** A server that wants a proof before anything but the proof, whose password is `right`. */
function server() {
  const asked: string[] = [];
  let proven = false;
  const fetch = (url: string, { method, body }: RequestInit): Promise<Response> => {
    asked.push(`${method} ${url.replace('/api/v1', '')}`);
    if (!url.endsWith('/session/proof')) return Promise.resolve(proven ? answer(200) : answer(403, 'STEP_UP'));
    proven = String(body).includes('right');
    return Promise.resolve(proven ? answer(204) : answer(403, 'WRONG_PASSWORD'));
  };
  vi.stubGlobal('fetch', fetch);
  return asked;
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test('what needs a proof waits for it and goes on, once for all that wait', async () => {
  const asked = server();
  const stepUp = new StepUp();
  const acts = Promise.all([call('DELETE', '/sessions'), call('DELETE', '/tokens/1')]);
  await vi.waitFor(() => expect(stepUp.asking.value).toBe(true));
  await settled();
  await expect(stepUp.show('wrong', '')).rejects.toMatchObject({ problem: { code: 'WRONG_PASSWORD' } });
  expect(stepUp.asking.value).toBe(true);
  await stepUp.show('right', ' ');
  expect(await acts).toEqual([{ done: true }, { done: true }]);
  expect(stepUp.asking.value).toBe(false);
  expect(asked.filter((request) => request === 'DELETE /sessions')).toHaveLength(2);
});

test('who would rather not is told that nothing was done, and may be asked again', async () => {
  server();
  const stepUp = new StepUp();
  for (let time = 0; time < 2; time += 1) {
    const act = call('DELETE', '/sessions').catch((error: unknown) => error);
    await vi.waitFor(() => expect(stepUp.asking.value).toBe(true));
    stepUp.giveUp();
    expect(await act).toMatchObject({ status: 403, problem: { code: 'STEP_UP' } });
  }
});

test('a request is repeated once: a server that never has enough is no loop', async () => {
  let requests = 0;
  vi.stubGlobal('fetch', (url: string) => {
    if (url.endsWith('/session/proof')) return Promise.resolve(answer(204));
    requests += 1;
    return Promise.resolve(answer(403, 'STEP_UP'));
  });
  const stepUp = new StepUp();
  const act = call('DELETE', '/sessions').catch((error: unknown) => error);
  await vi.waitFor(() => expect(stepUp.asking.value).toBe(true));
  await stepUp.show('right', '');
  expect(await act).toMatchObject({ problem: { code: 'STEP_UP' } });
  expect(requests).toBe(2);
});
