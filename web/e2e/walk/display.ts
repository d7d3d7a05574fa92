import { expect, type Centre } from '../fixture';
import type { Language } from '../people';
import { call, OFFICE, StagedOffice } from '../staged-office';
import { MORNING, opensTomorrow } from './office';
import { said } from './said';
import type { Look, Tour } from './tour';

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const wall = await centre.visitor(language);
  const lines = OFFICE.lines.map((line) => (line.open ? line : { ...line, opens_at: opensTomorrow() }));
  const staged = { ...OFFICE, lines, name: said(language).office, time_zone: MORNING };
  const office = await StagedOffice.on(wall.page, staged);
  await wall.page.goto(`${wall.wire.origin}/display?lang=${language}`);
  await expect(wall.by('busy').locator('li')).toHaveCount(3);
  await look(wall, 'nobody', 'Nobody was called yet');
  const desk = language === 'ko' ? ['창구', '층'] : ['Counter', 'Floor'];
  const at = (counter: number, floor: number) =>
    language === 'ko' ? { name: `${counter}번 ${desk[0]}`, place: `${floor}${desk[1]}` } : { name: `${desk[0]} ${counter}`, place: `${desk[1]} ${floor}` };
  const calls = [
    { ...call('A-014', 400_000), desk: at(2, 1) },
    { ...call('B-006', 240_000, 'FINANCE'), desk: at(5, 2) },
    { ...call('A-015', 120_000), desk: at(1, 1) },
    { ...call('C-003', 60_000, 'FINANCE'), desk: null },
    { ...call('A-016'), desk: at(3, 1) },
  ];
  await office.calls(...calls);
  await expect(wall.by('newest')).toHaveAttribute('data-number', 'A-016');
  await look(wall, 'calls', 'The number that is called, those before, and who waits', { also: ['dark'] });
  await office.isNow({ ...staged, draining: true });
  await expect(wall.by('foot')).toHaveText(/\S/);
  await look(wall, 'draining', 'The server is about to stop');
  await office.isLost();
  await expect(wall.by('foot')).toHaveText(/\S/);
  await look(wall, 'lost', 'Out of reach of the server');
}

export const display: Tour = { name: 'display', title: 'The wall', sizes: ['kiosk', 'wide'], fixed: true, walk };
