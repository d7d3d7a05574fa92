import { expect, test } from './fixture';
import { bringsFiles, Watch } from './hostile';

// Ten pages, one after the other.
test.beforeEach(() => test.slow());

test('a file that is dropped, and a picture that is pasted, change no page', async ({ centre }) => {
  const guest = await centre.admin('ko');
  const watch = await Watch.over(guest);
  const stands = async () => {
    const { page } = guest;
    const address = page.url();
    expect(await bringsFiles(page), address).toBe(false);
    expect(page.url()).toBe(address);
  };
  for (const path of ['/desk', '/display', '/signup', '/reset', '/verify', '/setup', '/account', '/counsellor', '/admin']) {
    await guest.page.goto(guest.wire.origin + path);
    await expect(guest.page.locator('#page > *').first()).toBeAttached();
    await stands();
  }
  await guest.enters(centre.server.demo.admin);
  await guest.connected();
  await stands();
  await guest.opens('notices');
  await guest.by('notice-new').click();
  await stands();
  expect(watch.faults).toEqual([]);
});
