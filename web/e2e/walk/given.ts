import type { Page, Response } from '@playwright/test';

const KOREAN = /[가-힣]/;

/** What people wrote, as the server's answers hold it: names, notes, messages. It stays in the language it was written in. */
export class Given {
  private readonly texts = new Set<string>();

  /** Hears what the server answers this page. */
  hear(page: Page): void {
    page.on('response', (response) => void this.take(response));
  }

  /** Whether there is anything Korean in a text besides what people wrote. */
  leavesKorean(text: string): boolean {
    if (!KOREAN.test(text)) return false;
    const within = [...this.texts].filter((each) => text.includes(each)).toSorted((a, b) => b.length - a.length);
    return KOREAN.test(within.reduce((rest, each) => rest.replaceAll(each, ''), text));
  }

  private async take(response: Response): Promise<void> {
    const isJson = response.headers()['content-type']?.startsWith('application/json');
    if (!isJson || !response.url().includes('/api/v1/')) return;
    // Whoever left the page left its answers behind.
    const answer: unknown = await response.json().catch(() => null);
    this.collect(answer);
  }

  private collect(value: unknown): void {
    if (typeof value === 'string') {
      for (const line of value.split('\n')) if (KOREAN.test(line)) this.texts.add(line.trim());
    } else if (Array.isArray(value)) {
      for (const each of value) this.collect(each);
    } else if (value !== null && typeof value === 'object') {
      const fields = value as Record<string, unknown>;
      // What there is an English text for is to be shown in English.
      for (const [name, each] of Object.entries(fields)) if (!fields[`${name}_en`]) this.collect(each);
    }
  }
}
