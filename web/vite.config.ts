import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const PAGES = ['desk', 'display', 'room', 'counsellor', 'admin', 'setup', 'signup', 'verify', 'reset', 'account'];
const page = (name: string) => fileURLToPath(new URL(`./${name}.html`, import.meta.url));

export default defineConfig({
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
