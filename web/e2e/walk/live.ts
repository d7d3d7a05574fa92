import type { LiveCounsellor, LiveRoom, LiveTicket } from '../../src/pages/admin/live/state';
import { expect, type Centre } from '../fixture';
import { BusyOffice, counsellorOf, roomOf, ticketOf } from '../live-office';
import type { Language } from '../people';
import { settleIn } from './office';
import { said } from './said';
import type { Look, Tour } from './tour';

const NAMES = {
  ko: {
    counsellors: ['김지우', '이준호', '박소연', '최민재', '정다은', '한지민', '오세훈', '윤가람'],
    visitors: ['하은', '도윤', '서연', '지호', '예린', '시우', '수아', '은우', '지안', '민준', '채원', '현우'],
  },
  en: {
    counsellors: ['Jane Kim', 'June Lee', 'Sarah Park', 'Max Choi', 'Dana Jung', 'Jamie Han', 'Seth Oh', 'Gary Yun'],
    visitors: ['Hannah', 'Daniel', 'Sophie', 'Leo', 'Erin', 'Simon', 'Sue', 'Noah', 'Gina', 'Martin', 'Chloe', 'Henry'],
  },
} as const;
const LINES = ['GENERAL', 'FINANCE', 'WELFARE'] as const;
const PREFIX = { GENERAL: 'A', FINANCE: 'B', WELFARE: 'C' } as const;
const pick = <Item>(items: readonly Item[], index: number): Item => items[index % items.length]!;
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

function counsellor(index: number, language: Language): LiveCounsellor {
  const held = [1, 2, 2, 1, 3, 0, 1, 0][index] ?? 1;
  const activity = held > 0 ? 'TALKING' : 'IDLE';
  const served = { ...counsellorOf(index), name: pick(NAMES[language].counsellors, index), capacity: 3, held, activity } as LiveCounsellor;
  return index === 5 ? { ...served, intent: 'PAUSED', reason: 'MEAL' } : { ...served, intent: 'OPEN', reason: null, lines: LINES.slice(0, 2 + (index % 2)) };
}

function room(index: number, language: Language): LiveRoom {
  const line = pick(LINES, index);
  const holder = counsellor(pick([0, 1, 1, 2, 2, 3, 4, 4, 4, 6], index), language);
  const [desk, staff] = roomOf(index).members;
  return {
    ...roomOf(index),
    line,
    number: `${PREFIX[line]}-0${String(17 + index)}`,
    opened_at: ago(40 + index * 87),
    last_seq: 3 + ((index * 7) % 31),
    counsellor: { account: holder.account, name: holder.name },
    members: [
      { ...desk!, name: pick(NAMES[language].visitors, index), state: index === 3 ? 'AWAY' : 'JOINED' },
      { ...staff!, name: holder.name },
    ],
  };
}

function ticket(index: number, language: Language): LiveTicket {
  const line = pick(LINES, index + 1);
  return {
    ...ticketOf(index),
    line,
    number: `${PREFIX[line]}-0${String(31 + index)}`,
    nickname: index % 4 === 3 ? null : pick(NAMES[language].visitors, index + 5),
    requested_at: ago(425 - index * 61),
    here: index !== 4,
    stage: index === 0 ? 'OFFERED' : 'WAITING',
  };
}

const ROOMS = 10;
const TICKETS = 7;
const COUNSELLORS = 8;
/** How many waited, every minute of the half hour before. */
const WAITED = [2, 3, 3, 4, 6, 7, 9, 8, 8, 6, 5, 4, 4, 3, 2, 2, 3, 5, 6, 6, 8, 9, 11, 10, 8, 7, 6, 6, 7, 7];

/** Half an hour goes by in front of the page. */
async function halfHour(office: BusyOffice, pass: (ms: number) => Promise<void>, language: Language): Promise<void> {
  let present = 0;
  for (const [minute, waited] of WAITED.entries()) {
    for (; present < waited; present += 1) await office.put('ticket', `past${present}`, { ...ticket(1, language), ticket: `past${present}` });
    for (; present > waited; present -= 1) await office.drop('ticket', `past${present - 1}`);
    for (const index of [1, 3, 4, 7]) {
      const held = (index + Math.round(WAITED[(minute + index) % WAITED.length]! / 4)) % 4;
      await office.put('counsellor', `c${index}`, { ...counsellor(index, language), held });
    }
    const matched = `${minute}`;
    await office.put('room', `passing${matched}`, { ...room(0, language), room: `passing${matched}`, consultation: `passing${matched}` });
    if (minute > 2) await office.drop('room', `passing${minute - 3}`);
    await pass(60_000);
  }
  for (const minute of [27, 28, 29]) await office.drop('room', `passing${minute}`);
  for (; present > 0; present -= 1) await office.drop('ticket', `past${present - 1}`);
  for (const index of [1, 3, 4, 7]) await office.put('counsellor', `c${index}`, counsellor(index, language));
  for (const [id, waiting] of office.tickets) await office.put('ticket', id, waiting);
}

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const words = said(language);
  await settleIn(centre, language);
  const office = await BusyOffice.open(centre.server.url);
  try {
    const admin = await centre.admin(language);
    const { page } = admin;
    await page.clock.install({ time: Date.now() - WAITED.length * 60_000 });
    for (let index = 0; index < COUNSELLORS; index += 1) office.counsellors.set(`c${index}`, counsellor(index, language));
    for (let index = 0; index < ROOMS; index += 1) office.rooms.set(`r${index}`, room(index, language));
    const colleagues = [...office.counsellors.values()].map((one) => ({ ...one, id: one.account, free: one.capacity - one.held }));
    await page.route('**/api/v1/colleagues', (route) => route.fulfill({ json: { items: colleagues, next: null } }));
    await admin.follow(`${office.origin}/admin`);
    await admin.enters(centre.server.demo.admin);
    await admin.connected();
    await expect(admin.by('count-rooms')).toHaveAttribute('data-count', String(ROOMS));
    for (let index = 0; index < TICKETS; index += 1) office.tickets.set(`t${index}`, ticket(index, language));
    await halfHour(office, (ms) => page.clock.runFor(ms), language);
    await expect(admin.by('count-rooms')).toHaveAttribute('data-count', String(ROOMS));
    await look(admin, 'live', 'Every room and every waiting desk, as they are this second', {
      sizes: ['desktop', 'phone'],
      also: ['dark', 'contrast'],
      before: async (size) => {
        if (size === 'phone') await admin.by('tab-rooms').click();
      },
    });
    await admin.by('live-line').selectOption('FINANCE');
    await look(admin, 'live-narrowed', 'Narrowed to one line');
    await admin.by('live-clear').click();
    await admin.by('move-room').first().click();
    await admin.by('move-counsellor').selectOption('c7');
    await admin.by('reason').fill(words.reason);
    await look(admin, 'live-move', 'Moving a talk, and what will come of it');
    await page.keyboard.press('Escape');
    await admin.by('end-room').first().click();
    await look(admin, 'live-end', 'Ending a talk');
    await page.keyboard.press('Escape');
    if (await admin.by('tab-tickets').isVisible()) await admin.by('tab-tickets').click();
    await admin.by('move-ticket').nth(2).click();
    await look(admin, 'live-line', 'A ticket for another line');
    await page.keyboard.press('Escape');
    await admin.by('trend-table').click();
    await look(admin, 'live-figures', 'The last half hour in figures');
    await admin.by('trend-shut').click();
    for (const id of [...office.tickets.keys()]) await office.drop('ticket', id);
    for (const id of [...office.rooms.keys()]) await office.drop('room', id);
    await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '0');
    await look(admin, 'live-quiet', 'Nobody waits and nobody talks');
  } finally {
    await office.close();
  }
}

export const live: Tour = { name: 'live', title: 'The admin page: live', sizes: ['desktop'], walk };
