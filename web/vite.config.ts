import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const PAGES = ['desk', 'counsellor', 'admin', 'setup', 'signup', 'verify', 'reset', 'account'];
const page = (name: string) => fileURLToPath(new URL(`./${name}.html`, import.meta.url));

export default defineConfig({
  build: {
    // The pages run under `default-src 'self'`: no code or font may be inlined as a data URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      input: Object.fromEntries(PAGES.map((name) => [name, page(name)])),
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});
