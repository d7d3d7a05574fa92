import { Api } from '../api';
import type { Centre } from '../fixture';
import type { Language } from '../people';
import { said } from './said';

const OPENS_HOUR = 9;
const NOW_HOUR = 10;
/** Hours the offices of the tours are ahead of the sun at Greenwich. */
const AHEAD = ((NOW_HOUR - new Date().getUTCHours() + 36) % 24) - 12;

/** Where it is between ten and eleven in the morning: a public office is at work, and the moments on its pages show it. */
export const MORNING = `Etc/GMT${AHEAD > 0 ? '-' : '+'}${Math.abs(AHEAD)}`;

/** When an office that is closed today opens again. */
export function opensTomorrow(): string {
  const there = new Date(Date.now() + AHEAD * 3_600_000);
  return new Date(Date.UTC(there.getUTCFullYear(), there.getUTCMonth(), there.getUTCDate() + 1, OPENS_HOUR - AHEAD)).toISOString();
}

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
  for (const who of ['admin', 'counsellor1', 'counsellor2'] as const) {
    const { items } = await admin.call<{ items: Named[] }>('GET', `/accounts?q=${demo[who].login}`);
    const { id, version } = items.find(({ login }) => login === demo[who].login)!;
    await admin.call('PATCH', `/accounts/${id}`, { version, name: words[who], ...(who === 'counsellor1' && { capacity }) });
  }
  const desk = await admin.call<Named>('GET', `/desks/${demo.desk.id}`);
  const [name, place] = words.counter;
  await admin.call('PATCH', `/desks/${desk.id}`, { version: desk.version, name, place });
  for (const topic of ['GENERAL', 'FINANCE']) await admin.setLine(topic, { accept_s });
  return admin;
}
