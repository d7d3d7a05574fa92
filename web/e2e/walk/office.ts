import { Api } from '../api';
import type { Centre } from '../fixture';
import type { Language } from '../people';
import { said } from './said';

interface Named {
  id: string;
  login?: string;
  version: number;
}

interface Wanted {
  /** Seconds an offer rings: what rings still rings when the last picture of it is taken. */
  accept_s?: number;
  /** Most rooms the first counsellor holds at once. */
  capacity?: number;
}

/** The demo's office as it would be where this language is spoken: the names of its people, its desk and itself. */
export async function settleIn(centre: Centre, language: Language, { accept_s = 600, capacity = 3 }: Wanted = {}): Promise<Api> {
  const words = said(language);
  const { demo } = centre.server;
  const admin = await Api.as(centre.server, demo.admin);
  await admin.call('PUT', '/office', { name: words.office });
  const { items: accounts } = await admin.call<{ items: Named[] }>('GET', '/accounts?limit=200');
  for (const who of ['admin', 'counsellor1', 'counsellor2'] as const) {
    const { id, version } = accounts.find(({ login }) => login === demo[who].login)!;
    await admin.call('PATCH', `/accounts/${id}`, { version, name: words[who], ...(who === 'counsellor1' && { capacity }) });
  }
  const desk = await admin.call<Named>('GET', `/desks/${demo.desk.id}`);
  const [name, place] = words.counter;
  await admin.call('PATCH', `/desks/${desk.id}`, { version: desk.version, name, place });
  for (const topic of ['GENERAL', 'FINANCE']) await admin.setLine(topic, { accept_s });
  return admin;
}
