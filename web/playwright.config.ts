import { defineConfig } from '@playwright/test';

/** The system's browser; none is downloaded. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/runs',
  fullyParallel: false,
  // Each worker runs a server and a browser: more of them would measure the machine, not the pages.
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'e2e', testIgnore: /screens|figures|states/ },
    { name: 'states', testMatch: /states/, timeout: 1_800_000, expect: { timeout: 120_000 }, use: { trace: 'off', actionTimeout: 60_000 } },
    { name: 'screens', testMatch: /screens/, timeout: 1_800_000, expect: { timeout: 120_000 }, use: { trace: 'off', actionTimeout: 60_000 } },
    // They measure: nothing may fail for being slow beside other builds.
    { name: 'figures', testMatch: /figures/, use: { trace: 'off' }, expect: { timeout: 120_000 }, timeout: 600_000 },
  ],
});
