// What a visitor's phone loads for the desk over plain HTTP, as the build compressed it (over HTTPS it is less):
// `npm run weigh`, after a build. Fails above the limit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_BYTES = 60 * 1024;
const DIST = join(import.meta.dirname, 'dist');

const read = (file) => readFileSync(join(DIST, file));
const weigh = (file) => read(`${file}.gz`).length;

/** The files a page or a script asks for by itself, with all that these ask for. */
function closure(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const text = file.endsWith('.svg') ? '' : read(file).toString();
  const named = file.endsWith('.html')
    ? [...text.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, asked]) => asked)
    : [...text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.(?:js|css))["']/g)].map(([, asked]) => `assets/${asked}`);
  for (const asked of named) closure(asked, found);
  return found;
}

/** Scripts that are loaded when they are needed: the texts of the other language. */
function later(files) {
  return [...files].flatMap((file) =>
    file.endsWith('.js')
      ? [...read(file).toString().matchAll(/import\(\s*["'`]\.\/([\w.-]+\.js)["'`]\s*\)/g)].map(([, asked]) => `assets/${asked}`)
      : [],
  );
}

const sum = (files) => [...files].reduce((bytes, file) => bytes + weigh(file), 0);

const first = closure('desk.html');
// Korean comes with the page; whoever changes the language loads the other besides.
const others = later(first).map((file) => [...closure(file)].filter((each) => !first.has(each)));
if (others.length !== 1) throw new Error(`the desk has ${others.length} sets of texts to load later, not the one of the other language`);
const texts = others[0];

for (const file of [...first, ...texts]) console.log(`${String(weigh(file)).padStart(7)}  ${file}`);
const bytes = sum(first) + sum(texts);
console.log(`${String(bytes).padStart(7)}  the desk in English, the heavier; the limit is ${LIMIT_BYTES}`);
if (bytes > LIMIT_BYTES) process.exitCode = 1;
