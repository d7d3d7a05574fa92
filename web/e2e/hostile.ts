import { expect, type Page } from '@playwright/test';

import type { Payload } from './payloads';
import type { Person } from './people';

/** Fields that take words. */
const FIELDS = 'input:not([type]), input[type="text"], input[type="search"], input[type="email"], input[type="password"], textarea';

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

/** Types each of `texts` into every field on the screen, one after the other, and gives what the fields are called. */
export async function floods(page: Page, texts: readonly Payload[]): Promise<string[]> {
  return page.evaluate(
    async ([fields, texts]) => {
      const within = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
      const shown = [...within.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(fields)].filter(
        (field) => field.checkVisibility() && !field.disabled && !field.readOnly,
      );
      for (const field of shown) {
        const { value } = field;
        const setValue = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')!.set!;
        for (const [index, text] of [...texts, value].entries()) {
          setValue.call(field, text);
          field.dispatchEvent(new InputEvent('input', { bubbles: true }));
          // The page draws in between; now and then the browser does, too.
          await (index % 20 === 0 ? new Promise((resolve) => setTimeout(resolve)) : Promise.resolve());
        }
      }
      return shown.map((field) => field.dataset['testid'] ?? field.name);
    },
    [FIELDS, texts.map(({ text }) => text)] as const,
  );
}

/** What a form did with a text: it was taken and is shown as it was typed, or refused with the text kept. */
export type Answer = 'TAKEN' | 'REFUSED';

/** Fills every field of the form on the screen with a text, sends it by its main button, and waits for the answer. */
export async function submits(page: Page, { text }: Payload, form: string): Promise<Answer> {
  const box = page.locator(`[data-testid="${form}"]`);
  const typed = await box.evaluate(
    (shown, [fields, text]) =>
      [...shown.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(fields)].map((field) => {
        Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')!.set!.call(field, text);
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        return field.value;
      }),
    [FIELDS, text] as const,
  );
  await box.locator('button.primary, button:not([type="button"])').last().click();
  const refusal = box.locator('[data-testid^="fault-"], [data-testid="trouble"]').filter({ hasText: /\S/ });
  await expect(refusal.first().or(page.locator('body').filter({ hasNot: box }))).toBeVisible();
  if ((await box.count()) === 0) return 'TAKEN';
  const kept = await box.evaluate(
    (shown, fields) => [...shown.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(fields)].map(({ value }) => value),
    FIELDS,
  );
  expect(kept).toEqual(typed);
  return 'REFUSED';
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
