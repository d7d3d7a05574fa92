import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { defineConfig } from '@playwright/test';

const [WHOLE, SHELL] = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'];
/**
 * The system's browser; none is downloaded. Without the parts that draw windows nobody sees, the same engine takes half
 * of the processor.
 */
const executablePath = process.env['CHROMIUM'] ?? (existsSync(SHELL) ? SHELL : WHOLE);
/** What people use, for what is measured. */
const wholeBrowser = process.env['CHROMIUM'] ?? (existsSync(WHOLE) ? WHOLE : SHELL);
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/runs',
  fullyParallel: true,
  // Each test has a server, a network and a browser of its own, and waits for longer than it works: two of them keep
  // a core busy. More would measure the machine, not the pages.
  workers: Math.min(2 * availableParallelism(), 8),
  // A test that fails now and then has found something: no second try hides it.
  retries: 0,
  timeout: 180_000,
  // Long, as a machine that builds beside may be slow: a condition that comes true costs no more for it.
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    // A picture of every change costs a third of the time; `TRACE=1` has them for whoever looks for a fault.
    trace: process.env['TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath, args },
  },
  projects: [
    { name: 'e2e', testIgnore: /(screens|figures|states)\.spec\.ts$/ },
    { name: 'states', testMatch: /states\.spec\.ts$/, timeout: 1_800_000, expect: { timeout: 120_000 }, use: { actionTimeout: 60_000 } },
    // One after the other: the index is in the order in which the pictures were taken.
    { name: 'screens', testMatch: /screens\.spec\.ts$/, workers: 1, timeout: 1_800_000, expect: { timeout: 120_000 }, use: { actionTimeout: 60_000 } },
    // They measure, so nothing runs beside them: and nothing may fail for being slow beside other builds.
    { name: 'figures', testMatch: /figures\.spec\.ts$/, workers: 1, expect: { timeout: 120_000 }, timeout: 600_000, use: { launchOptions: { executablePath: wholeBrowser, args } } },
  ],
});
