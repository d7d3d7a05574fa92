import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';

import type { Demo, LogIn } from './server';
import type { Wire } from './wire';

export type Language = 'ko' | 'en';

/** Somebody in front of a page, with a network of their own. */
/** What a visitor asks for. */
export interface Request {
  readonly topic?: string;
  readonly nickname?: string;
  readonly note?: string;
}

export class Person {
  constructor(
    readonly page: Page,
    readonly wire: Wire,
    readonly language: Language,
  ) {}

  by(id: string): Locator {
    return this.page.getByTestId(id);
  }

  /** Types a log-in and sends it. */
  async enters({ login, password }: LogIn): Promise<void> {
    await this.by('login').fill(login);
    await this.by('password').fill(password);
    await this.by('log-in').click();
  }

  /** Opens a page of the server. */
  go(path: string): Promise<void> {
    return this.follow(this.wire.origin + path);
  }

  /** Opens a link somebody was given. */
  async follow(link: string): Promise<void> {
    await this.page.goto(link);
    await this.by(`lang-${this.language}`).click();
    await expect(this.page.locator('html')).toHaveAttribute('lang', this.language);
  }

  async connected(): Promise<void> {
    await expect(this.by('connection')).toHaveAttribute('data-connection', 'OPEN');
  }

  /** Cuts the network and waits until the page has noticed. */
  async cut(): Promise<void> {
    this.wire.cut();
    await expect(this.by('connection')).toHaveAttribute('data-connection', 'RETRYING');
  }

  /** The page says that it is cut off; for a moment it says nothing. */
  async saysLost(): Promise<void> {
    await expect(this.by('connection')).toHaveClass(/trouble/);
  }

  async restore(): Promise<void> {
    this.wire.restore();
    await this.connected();
  }

  async say(...bodies: string[]): Promise<void> {
    for (const body of bodies) {
      await this.by('say-input').fill(body);
      await this.by('say-send').click();
      await expect(this.by('say-input')).toHaveValue('');
    }
  }

  /** The whole conversation, in order, all of it stored. */
  async reads(...bodies: string[]): Promise<void> {
    await expect(this.by('message').locator('.body')).toHaveText(bodies);
    await expect(this.page.locator('[data-testid="message"][data-seq=""]')).toHaveCount(0);
  }
}

export class Visitor extends Person {
  async arrive(): Promise<void> {
    await this.go('/desk');
  }

  /** At a registered desk, by its enrolment link. */
  async arriveAt({ id, key }: Demo['desk']): Promise<void> {
    await this.go(`/desk#desk=${id}&key=${key}`);
    await expect(this.page).toHaveURL(`${this.wire.origin}/desk`);
  }

  /** Chooses a line, and fills the request of it; with one line only there is nothing to choose. */
  async fill({ topic = 'GENERAL', nickname = '', note = '' } = {}): Promise<void> {
    await this.isFree(topic);
    if (await this.by(`line-${topic}`).isVisible()) await this.by(`line-${topic}`).click();
    await expect(this.by('privacy')).toBeVisible();
    if (!nickname && !note) return;
    await this.by('tell').click();
    await this.by('nickname').fill(nickname);
    await this.by('note').fill(note);
  }

  /** The start page, for whoever comes next. */
  async isFree(topic = 'GENERAL'): Promise<void> {
    await expect(this.by(`line-${topic}`).or(this.by('request'))).toBeVisible();
  }

  /** Asks, and returns the number on the screen. */
  async ask(request: Request = {}): Promise<string> {
    await this.arrive();
    await this.fill(request);
    await this.by('request').click();
    return this.number();
  }

  async isTurnedAway(): Promise<void> {
    await expect(this.by('closed-reason')).toHaveAttribute('data-reason', 'NOT_ALLOWED');
  }

  async number(): Promise<string> {
    await expect(this.by('number')).toHaveText(/\S/);
    return (await this.by('number').textContent())!;
  }

  async standsAt(number: string, ahead: number): Promise<void> {
    await expect(this.by('number')).toHaveText(number);
    await expect(this.by('ahead')).toHaveAttribute('data-ahead', String(ahead));
  }

  async talks(): Promise<void> {
    await expect(this.by('chat')).toBeVisible();
  }

  async end(): Promise<void> {
    await this.by('end').click();
    await this.by('end-confirm').click();
    await expect(this.by('rate-skip')).toBeVisible();
  }
}

export class Counsellor extends Person {
  async logIn(who: LogIn): Promise<void> {
    await this.go('/counsellor');
    await this.enters(who);
    await this.connected();
    await expect(this.by('intent')).toHaveAttribute('data-intent', /OPEN|PAUSED/);
  }

  async open(): Promise<void> {
    await this.by('open').click();
    await expect(this.by('intent')).toHaveAttribute('data-intent', 'OPEN');
  }

  async pause(): Promise<void> {
    await this.by('pause').click();
    await expect(this.by('intent')).toHaveAttribute('data-intent', 'PAUSED');
  }

  async isOffered(number: string, timeout?: number): Promise<void> {
    await expect(this.by('offer-number').first()).toHaveText(number, timeout ? { timeout } : {});
  }

  async accept(number: string): Promise<void> {
    await this.offer(number).getByTestId('accept').click();
    const tab = this.by('room-tab').filter({ hasText: number });
    await expect(tab).toBeAttached();
    // On a narrow screen the room itself has come to the front, in the list's place.
    if (await tab.isVisible()) await tab.click();
  }

  async decline(number: string): Promise<void> {
    await this.offer(number).getByTestId('decline').click();
    await expect(this.offer(number)).toHaveCount(0);
  }

  offer(number: string): Locator {
    return this.by('offer').filter({ has: this.page.getByTestId('offer-number').getByText(number, { exact: true }) });
  }

  async end(): Promise<void> {
    await this.by('end').click();
    await this.by('end-confirm').click();
    await expect(this.by('ended')).toBeVisible();
  }

  async wrapUp(memo: string): Promise<void> {
    const code = this.by('wrap-up-code');
    await expect(code.locator('option').nth(1)).toBeAttached();
    await code.selectOption({ index: 1 });
    await this.by('wrap-up-memo').fill(memo);
    await this.by('wrap-up-send').click();
    await expect(this.by('room-tab')).toHaveCount(0);
  }
}

export class Admin extends Person {
  async logIn(who: LogIn): Promise<void> {
    await this.go('/admin');
    await this.enters(who);
    await this.connected();
  }

  /** Fills the form of the set-up link and sends it. */
  async setUp({ login, password }: LogIn, again = password): Promise<void> {
    await this.by('login').fill(login);
    await this.by('name').fill('관리자');
    await this.by('password').fill(password);
    await this.by('again').fill(again);
    await this.by('set-up').click();
  }

  async records(): Promise<void> {
    await this.opens('consultations');
  }

  /** Goes to a section by the navigation. */
  async opens(section: string): Promise<void> {
    await this.by(`view-${section}`).click();
    await expect(this.by(`view-${section}`)).toHaveAttribute('aria-current', 'page');
  }

  /** Opens the account of somebody by their name. */
  async opensAccount(name: string): Promise<void> {
    await this.opens('accounts');
    await this.by('account-row').filter({ hasText: name }).getByTestId('account-open').click();
    await expect(this.by('account')).toContainText(name);
  }

  /** Opens a line by its topic. */
  async opensLine(topic: string): Promise<void> {
    await this.opens('lines');
    await this.by('line-row').filter({ hasText: topic }).getByTestId('line-open').click();
    await expect(this.by('line-form')).toBeVisible();
  }

  /** The link that enrols a device as this desk. */
  async enrolmentOf(name: string): Promise<string> {
    await this.opens('desks');
    await this.by('desk-row').filter({ hasText: name }).getByTestId('desk-open').click();
    await this.by('enrol').click();
    const url = await this.by('enrolment-url').inputValue();
    await expect(this.by('qr')).toBeVisible();
    await this.by('enrolment-done').click();
    return url;
  }

  /** The row of a ticket's number, read anew until it is there. */
  async findsRecord(number: string): Promise<Locator> {
    const row = this.by('consultation-row').filter({ hasText: number });
    await expect(async () => {
      await this.by('reload').click();
      await expect(row).toHaveCount(1, { timeout: 1_000 });
    }).toPass();
    return row;
  }
}

/** A second window of the same browser. */
export async function secondWindow(context: BrowserContext, of: Person): Promise<Person> {
  return new Person(await context.newPage(), of.wire, of.language);
}
