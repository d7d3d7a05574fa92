import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const PAGES = ['desk', 'display', 'room', 'counsellor', 'admin', 'setup', 'signup', 'verify', 'reset', 'account'];
const page = (name: string) => fileURLToPath(new URL(`./${name}.html`, import.meta.url));

/** Each file also as small as it can be made: the server has no time for that while somebody waits. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle)) {
      const file = join(dir!, name);
      const content = readFileSync(file);
      writeFileSync(`${file}.br`, brotliCompressSync(content));
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    }
  },
};

const SOURCES = fileURLToPath(new URL('./src/', import.meta.url));
type Modules = { getModuleInfo(id: string): { importers: readonly string[] } | null };

/** The pages a module comes with. */
function pagesWith(id: string, modules: Modules, seen = new Set<string>()): string[] {
  if (seen.has(id)) return [];
  seen.add(id);
  if (PAGES.some((name) => id === `${SOURCES}pages/${name}/main.tsx`)) return [id];
  return modules.getModuleInfo(id)?.importers.flatMap((importer) => pagesWith(importer, modules, seen)) ?? [];
}

/**
 * A visitor's phone is slower at asking than at reading: what the desk shares with other pages is one file and not
 * twelve. What it alone has stays its own: it would run on those pages, too.
 */
function visitorsFile(id: string, modules: Modules): string | null {
  const pages = pagesWith(id, modules);
  return pages.length > 1 && pages.includes(`${SOURCES}pages/desk/main.tsx`) ? 'visitor' : null;
}

export default defineConfig({
  plugins: [compressed],
  build: {
    // The pages run under `default-src 'self'`: no code or font may be inlined as a data URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // Tablets at counters are old: `light-dark()` is written out for them.
    cssTarget: ['chrome111', 'safari16.4', 'firefox114'],
    rolldownOptions: {
      input: Object.fromEntries(PAGES.map((name) => [name, page(name)])),
      output: { codeSplitting: { groups: [{ name: visitorsFile }] } },
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/lib/texts/of-staff.ts'],
    restoreMocks: true,
  },
});
