// The index of the pictures `npm run screens` took: docs/SCREENS.md, a table a page, both languages side by side.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '../docs');
const TAKEN = join(import.meta.dirname, 'test-results/screens/index.jsonl');
/** All pictures together: a clone of the repository brings them along. */
const LIMIT_BYTES = 13 * 1024 * 1024;
/** How wide each is shown, in pixels. */
const SHOWN = { phone: 220, kiosk: 300, desktop: 430, wide: 430 };
const ORDER = ['desk', 'display', 'counsellor', 'supervision', 'groups', 'live', 'admin', 'joining', 'set-up'];

const lines = readFileSync(TAKEN, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
// Of a picture that was taken again the last counts.
const pictures = [...new Map(lines.map((picture) => [picture.file, picture])).values()];
const files = new Set(pictures.map(({ file }) => file));
for (const file of readdirSync(join(DOCS, 'screens'))) if (!files.has(file)) rmSync(join(DOCS, 'screens', file));

const by = (list, key) => Map.groupBy ? Map.groupBy(list, key) : list.reduce((map, item) => map.set(key(item), [...(map.get(key(item)) ?? []), item]), new Map());
const place = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
const shown = (picture) => (picture ? `<img src="screens/${picture.file}" width="${SHOWN[picture.size]}" alt="${picture.caption}">` : '');

function section([, taken]) {
  const rows = [...by(taken, ({ state, size, scheme }) => `${state} ${size} ${scheme}`).values()].map((pair) => {
    const [{ caption, size, scheme }] = pair;
    const kind = scheme === 'light' ? size : `${size}, ${scheme === 'dark' ? 'dark' : 'high contrast'}`;
    const [ko, en] = ['ko', 'en'].map((language) => shown(pair.find((each) => each.language === language)));
    return `| ${caption} (${kind}) | ${ko} | ${en} |`;
  });
  return [`## ${taken[0].title}`, '', '| | Korean | English |', '|---|---|---|', ...rows, ''].join('\n');
}

const tours = [...by(pictures, ({ tour }) => tour)].sort(([a], [b]) => place(a) - place(b));
const head = [
  '# The pages',
  '',
  'Every page in every state that matters, taken by `make screens` from a real server with made-up people. `SCREENS=all make screens` also takes the widths a page is not at home in, into `web/test-results/screens`.',
  '',
];
writeFileSync(join(DOCS, 'SCREENS.md'), [...head, ...tours.map(section)].join('\n'));

const bytes = [...files].reduce((sum, file) => sum + statSync(join(DOCS, 'screens', file)).size, 0);
console.log(`${files.size} pictures, ${(bytes / 1024 / 1024).toFixed(1)} MB; the limit is ${LIMIT_BYTES / 1024 / 1024}`);
if (bytes > LIMIT_BYTES) process.exitCode = 1;
