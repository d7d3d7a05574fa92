import type { Page } from '@playwright/test';

import type { Person } from './people';

/** What must not happen on a page, collected from before it is opened. */
export class Watch {
  readonly faults: string[] = [];

  static async over({ page }: Person): Promise<Watch> {
    const watch = new Watch();
    const note = (what: string) => watch.faults.push(`${page.url()}: ${what}`);
    page.on('pageerror', (error) => note(`error: ${error.message}`));
    page.on('dialog', (dialog) => note(`dialog: ${dialog.message()}`));
    page.on('popup', (popup) => note(`popup: ${popup.url()}`));
    page.on('console', (said) => {
      // The browser's own note of a refusal, which the page tells in words.
      if (said.type() === 'error' && !said.text().startsWith('Failed to load resource')) note(`console: ${said.text()}`);
    });
    await page.exposeFunction('noteViolation', (what: string) => note(`violates the policy: ${what}`));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        (window as unknown as { noteViolation(what: string): void }).noteViolation(`${violatedDirective} ${blockedURI}`);
      });
    });
    return watch;
  }
}

/** Drops a file onto the middle of the page and pastes a picture; true if the browser may do as it likes with one. */
export async function bringsFiles(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'x.html', { type: 'text/html' }));
    const picture = new DataTransfer();
    picture.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
    const init = { bubbles: true, cancelable: true };
    const targets = [document.body, ...document.querySelectorAll('input, textarea, main')];
    return targets.some((target) => {
      target.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: picture }));
      return ['dragover', 'drop'].some((type) => target.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data })));
    });
  });
}
