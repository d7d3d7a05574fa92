import { Api } from './api';
import { expect, test } from './fixture';

test('a desk that is left open follows its lines', async ({ centre }) => {
  const visitor = await centre.visitor('ko');
  await visitor.arrive();
  await expect(visitor.by('line-WELFARE')).toBeVisible();
  const admin = await Api.as(centre.server, centre.server.demo.admin);
  await visitor.by('line-FINANCE').click();
  await expect(visitor.by('privacy')).toBeVisible();
  await admin.removeLine('FINANCE');
  await expect(visitor.by('line-gone')).toBeVisible();
  await expect(visitor.by('line-FINANCE')).toHaveCount(0);
  await visitor.by('line-WELFARE').click();
  await visitor.by('request').click();
  await visitor.number();
});
