import { test } from './fixture';
import { checks } from './walk/checks';
import { Given } from './walk/given';
import { servedOn } from './walk/tour';
import { TOURS } from './walk/tours';

/** Every state of every page, in the language that is easier to get wrong: English, where Korean would be left over. */
for (const tour of TOURS) {
  test.describe(tour.name, () => {
    test.use({ serve: servedOn(tour) });

    test(`${tour.title}: everybody can use every state`, async ({ centre }) => {
      const given = new Given();
      centre.onArrival = (page) => given.hear(page);
      await tour.walk(centre, 'en', checks(tour, given));
    });
  });
}
