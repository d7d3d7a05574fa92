import { expect, type Page } from '@playwright/test';

import type { Payload } from './payloads';
import type { Person } from './people';

/** Fields that take words. */
const FIELDS = 'input:not([type]), input[type="text"], input[type="search"], input[type="email"], input[type="password"], textarea';
/** Longer than any field takes. */
const LONG = '가'.repeat(100_000);

/** What must not happen on a page, collected from before it is opened. */
export class Watch {
  readonly faults: string[] = [];

  static async over({ page, wire }: Person): Promise<Watch> {
    const watch = new Watch();
    const note = (what: string) => watch.faults.push(`${page.url()}: ${what}`);
    page.on('pageerror', (error) => note(`error: ${error.message}`));
    page.on('dialog', (dialog) => note(`dialog: ${dialog.message()}`));
    page.on('popup', (popup) => note(`popup: ${popup.url()}`));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).port !== String(wire.port)) note(`asks ${request.url()}`);
    });
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

/** A field that took every text. */
export interface Flooded {
  readonly name: string;
  /** What the page says once the field holds far too much; empty where nothing is said yet. */
  readonly said: string;
}

/**
 * Types each of `texts` into every field on the screen (of the sheet in front, if there is one), one after the other.
 * Fails if a field cuts a text off or the page goes elsewhere. Each field has its own words again afterwards.
 */
export async function floods(page: Page, texts: readonly Payload[]): Promise<Flooded[]> {
  const address = page.url();
  const { found, cut } = await page.evaluate(
    async ([fields, texts, long]) => {
      const { port1, port2 } = new MessageChannel();
      // Once the page has drawn, without waiting for the screen.
      const drawn = () => new Promise<void>((resolve) => ((port1.onmessage = () => resolve()), port2.postMessage(null)));
      const within = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
      const shown = [...within.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(fields)].filter(
        (field) => field.checkVisibility() && !field.disabled && !field.readOnly,
      );
      const alerts = () =>
        [...document.querySelectorAll<HTMLElement>('[role="alert"]')].filter((line) => line.checkVisibility()).map((line) => line.innerText);
      const found: Array<{ name: string; said: string }> = [];
      const cut: string[] = [];
      for (const field of shown) {
        const name = field.dataset['testid'] ?? field.name;
        const setValue = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')!.set!;
        const types = async (text: string) => {
          setValue.call(field, text);
          const typed = field.value;
          field.dispatchEvent(new InputEvent('input', { bubbles: true }));
          await drawn();
          if (!field.isConnected || field.value !== typed) cut.push(`${name}: ${text.slice(0, 40)}`);
        };
        const before = field.value;
        for (const text of texts) await types(text);
        await types(long);
        await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        if (field.value !== long) cut.push(`${name}: a long text`);
        found.push({ name, said: alerts().filter(Boolean).join(' | ') });
        await types(before);
      }
      return { found, cut };
    },
    [FIELDS, texts.map(({ text }) => text), LONG] as const,
  );
  expect(cut).toEqual([]);
  expect(page.url()).toBe(address);
  return found;
}

/** Every field that has a limit names it as soon as it holds more. */
export function namesItsLimit(flooded: readonly Flooded[], limitless: readonly string[] = []): void {
  const silent = flooded.filter(({ name, said }) => !limitless.includes(name) && !/100,?000.*\d|\d.*100,?000/.test(said));
  expect(silent.map(({ name, said }) => `${name}: ${said}`)).toEqual([]);
}

export const namesOf = (flooded: readonly Flooded[]): string[] => flooded.map(({ name }) => name).toSorted();

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
  const button = box.locator('button.primary, button:not([type="button"])').last();
  await button.click();
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

/** A request as the page itself would make it. */
export interface Asked {
  readonly method: 'POST' | 'PATCH' | 'PUT';
  readonly path: string;
  readonly body: Record<string, unknown>;
}

export interface Answered {
  readonly status: number;
  readonly answer: { detail?: string; errors?: Array<{ field: string; reason: string; code: string; max?: number }> } & Record<string, unknown>;
}

/** Asks all of it from the page, some at a time, and gives the answers in order. */
export async function asksAll(page: Page, asked: readonly Asked[]): Promise<Answered[]> {
  return page.evaluate(async (asked) => {
    const answers: Answered[] = [];
    let next = 0;
    const work = async () => {
      for (let at = next++; at < asked.length; at = next++) {
        const { method, path, body } = asked[at]!;
        const response = await fetch(`/api/v1${path}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
        const text = await response.text();
        answers[at] = { status: response.status, answer: text === '' ? {} : JSON.parse(text) };
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    return answers;
  }, asked);
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
