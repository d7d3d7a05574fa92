import { LANGUAGES, test } from './fixture';
import { pictures } from './walk/pictures';
import { servedOn } from './walk/tour';
import { TOURS } from './walk/tours';

/** Also the widths a page is not at home in. */
const EVERYTHING = process.env['SCREENS'] === 'all';

/** A picture of every page in every state: `make screens`. */
for (const tour of TOURS) {
  for (const language of LANGUAGES) {
    test.describe(`${tour.name} ${language}`, () => {
      test.use({ serve: servedOn(tour) });

      test(`${tour.title} (${language})`, async ({ centre }) => {
        await tour.walk(centre, language, pictures(tour, language, EVERYTHING));
      });
    });
  }
}
