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
