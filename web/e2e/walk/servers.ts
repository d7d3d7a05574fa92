import { expect } from '../fixture';
import type { Admin } from '../people';
import { server, StagedServers } from '../staged-servers';
import type { Look } from './tour';

/** The servers: one that is alone, and three as they may stand. */
export async function servers(admin: Admin, look: Look): Promise<void> {
  await admin.opens('servers');
  await expect(admin.by('servers-well')).toBeVisible();
  await look(admin, 'servers-alone', 'One server');
  const [one, two, three] = [
    server('seoul-1', { matchmaker: true }),
    server('seoul-2', { sockets: 131, rooms: 28, me: true }),
    server('seoul-3', { sockets: 122, rooms: 30 }),
  ];
  const staged = await StagedServers.on(admin.page, [one, two, three]);
  // A page that has seen others would miss them.
  await admin.page.reload();
  await expect(admin.by('server-row')).toHaveCount(3);
  await look(admin, 'servers', 'Three servers that work as one', { sizes: ['desktop', 'phone', 'kiosk'], also: ['dark', 'contrast'] });
  await staged.are([{ ...one, matchmaker: false }, { ...two, engine: 'POSTGRES', version: '0.2.0' }, server('seoul-4', { state: 'JOINING', sockets: null, rooms: null })]);
  await expect(admin.by('server-row')).toHaveCount(4);
  await look(admin, 'servers-faults', 'Much that is not as it should be', { sizes: ['desktop', 'phone'], also: ['dark'] });
  await staged.are(null);
  await expect(admin.by('servers-old')).toBeVisible();
  await look(admin, 'servers-old', 'Nobody answers');
  await admin.page.unroute('**/api/v1/nodes');
}
