import { test as base, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';

import { Admin, Counsellor, Visitor, type Language, type Person, type Request } from './people';
import { Server, type Serve } from './server';
import { Wire } from './wire';

/** People a test may call in; each has a browser of their own and a network of their own. */
const SEATS_MAX = 6;

/** So many times slower than this machine every page shall be, to find what only a fast one gets right. */
const THROTTLE = Number(process.env['THROTTLE'] ?? 1);

interface Talk {
  readonly counsellor: Counsellor;
  readonly visitor: Visitor;
  /** The ticket's number. */
  readonly number: string;
}

/** A counselling centre for one test: a fresh server and whoever comes. */
export class Centre {
  private taken = 0;
  /** Dialogs the pages opened: script that came in as text would show here. */
  readonly dialogs: string[] = [];
  /** Sees the page of each who comes, before they open anything. */
  onArrival: (page: Page) => void = () => {};

  constructor(
    readonly server: Server,
    private readonly browser: Browser,
    private readonly wires: readonly Wire[],
  ) {}

  visitor(language: Language, options?: BrowserContextOptions): Promise<Visitor> {
    return this.person(Visitor, language, options);
  }

  counsellor(language: Language, options?: BrowserContextOptions): Promise<Counsellor> {
    return this.person(Counsellor, language, options);
  }

  admin(language: Language, options?: BrowserContextOptions): Promise<Admin> {
    return this.person(Admin, language, options);
  }

  /** The demo's first counsellor, logged in and open for work. */
  async onDuty(language: Language, options?: BrowserContextOptions): Promise<Counsellor> {
    const counsellor = await this.counsellor(language, options);
    await counsellor.logIn(this.server.demo.counsellor1);
    await counsellor.open();
    return counsellor;
  }

  /** Somebody who asked so, in talk with the demo's first counsellor. */
  async talk(language: Language, request?: Request): Promise<Talk> {
    const counsellor = await this.onDuty(language);
    const visitor = await this.visitor(language);
    const number = await visitor.ask(request);
    await counsellor.isOffered(number);
    await counsellor.accept(number);
    await visitor.talks();
    return { counsellor, visitor, number };
  }

  private async person<Kind extends Person>(
    kind: new (...args: ConstructorParameters<typeof Person>) => Kind,
    language: Language,
    options: BrowserContextOptions = {},
  ): Promise<Kind> {
    const wire = this.wires[this.taken];
    if (!wire) throw new Error(`at most ${SEATS_MAX} people`);
    this.taken += 1;
    const context = await this.browser.newContext(options);
    if (THROTTLE > 1) context.on('page', (page) => void slow(page));
    const page = await context.newPage();
    page.on('dialog', (dialog) => {
      this.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    this.onArrival(page);
    return new kind(page, wire, language);
  }
}

async function slow(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
}

export const test = base.extend<{ serve: Serve; centre: Centre }>({
  serve: [{ demo: true, flags: [] }, { option: true }],
  centre: async ({ browser, serve }, use, info) => {
    const wires = await Promise.all(Array.from({ length: SEATS_MAX }, () => Wire.lay()));
    const server = await Server.start(wires.map(({ origin }) => origin), serve);
    for (const wire of wires) wire.lead(server.port);
    await use(new Centre(server, browser, wires));
    if (info.status !== info.expectedStatus) await info.attach('server', { body: server.log });
    for (const context of browser.contexts()) await context.close();
    await Promise.all(wires.map((wire) => wire.remove()));
    await server.stop();
  },
});

export { expect } from '@playwright/test';
export const LANGUAGES: readonly Language[] = ['ko', 'en'];

/** For what is the same in every language: one of them, so that both come up; with `LANGUAGES=all` both each time. */
export const either = (language: Language): readonly Language[] =>
  process.env['LANGUAGES'] === 'all' ? LANGUAGES : [language];
