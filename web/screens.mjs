// What becomes of the pictures `npm run screens` took: an index of all of them beside them, and in docs/ the few that
// are kept with the code, with docs/SCREENS.md, a table a page, both languages side by side.
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '../docs');
const KEPT_IN = join(DOCS, 'screens');
const TAKEN_IN = join(import.meta.dirname, 'test-results/screens');
/** What the documentation shows, as `TOUR-STATE SIZE`, in the light and in both languages: a screen of each kind. */
const KEPT = [
  'desk-start phone',
  'desk-waiting phone',
  'desk-talk phone',
  'display-calls wide',
  'counsellor-ring desktop',
  'counsellor-talk desktop',
  'supervision-whisper desktop',
  'groups-talk desktop',
  'live-live desktop',
  'admin-statistics desktop',
  'admin-servers desktop',
  'set-up-office desktop',
];
/** The kept pictures together: a clone of the repository brings them along. */
const LIMIT_BYTES = 1024 * 1024;
/** How wide each is shown, in pixels. */
const SHOWN = { phone: 220, kiosk: 300, desktop: 430, wide: 430 };
const ORDER = ['desk', 'display', 'counsellor', 'supervision', 'groups', 'live', 'admin', 'joining', 'set-up'];

const lines = readFileSync(join(TAKEN_IN, 'index.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
// Of a picture that was taken again the last counts.
const pictures = [...new Map(lines.map((picture) => [picture.file, picture])).values()];
const placeOf = ({ tour, state, size, scheme }) => (scheme === 'light' ? `${tour}-${state} ${size}` : undefined);
const kept = pictures.filter((picture) => KEPT.includes(placeOf(picture)));

const by = (list, key) => Map.groupBy ? Map.groupBy(list, key) : list.reduce((map, item) => map.set(key(item), [...(map.get(key(item)) ?? []), item]), new Map());
const place = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

/** An index of these pictures, which lie in this folder as seen from it. */
function index(shownOnes, folder, head) {
  const shown = (picture) => (picture ? `<img src="${folder}${picture.file}" width="${SHOWN[picture.size]}" alt="${picture.caption}">` : '');
  const section = ([, taken]) => {
    const rows = [...by(taken, ({ state, size, scheme }) => `${state} ${size} ${scheme}`).values()].map((pair) => {
      const [{ caption, size, scheme }] = pair;
      const kind = scheme === 'light' ? size : `${size}, ${scheme === 'dark' ? 'dark' : 'high contrast'}`;
      const [ko, en] = ['ko', 'en'].map((language) => shown(pair.find((each) => each.language === language)));
      return `| ${caption} (${kind}) | ${ko} | ${en} |`;
    });
    return [`## ${taken[0].title}`, '', '| | Korean | English |', '|---|---|---|', ...rows, ''].join('\n');
  };
  const tours = [...by(shownOnes, ({ tour }) => tour)].sort(([a], [b]) => place(a) - place(b));
  return ['# The pages', '', head, '', ...tours.map(section)].join('\n');
}

writeFileSync(join(TAKEN_IN, 'index.md'), index(pictures, '', 'Every page in every state that matters.'));
console.log(`${pictures.length} pictures: web/test-results/screens/index.md`);

const missing = KEPT.length * 2 - kept.length;
if (missing > 0) {
  console.error(`${missing} pictures of those in docs/SCREENS.md were not taken; docs/ is left as it was`);
  process.exit(1);
}
rmSync(KEPT_IN, { recursive: true, force: true });
mkdirSync(KEPT_IN);
for (const { file } of kept) copyFileSync(join(TAKEN_IN, file), join(KEPT_IN, file));
writeFileSync(
  join(DOCS, 'SCREENS.md'),
  index(
    kept,
    'screens/',
    'One screen of each kind. `make screens` takes every page in every state that matters, from a real server with made-up people, into `web/test-results/screens`, with an index; `SCREENS=all make screens` also the widths a page is not at home in. What is shown here is chosen in `web/screens.mjs`.',
  ),
);
const bytes = kept.reduce((sum, { file }) => sum + statSync(join(KEPT_IN, file)).size, 0);
console.log(`${kept.length} of them are kept in docs/screens, ${Math.ceil(bytes / 1024)} KiB; the limit is ${LIMIT_BYTES / 1024}`);
if (bytes > LIMIT_BYTES) process.exitCode = 1;
