import type { Centre } from '../fixture';
import type { Language, Person } from '../people';
import type { Serve } from '../server';
import { MORNING } from './office';

export const SIZES = {
  phone: { width: 390, height: 844 },
  kiosk: { width: 1080, height: 1920 },
  desktop: { width: 1440, height: 900 },
  wide: { width: 1920, height: 1080 },
} as const;
export type Size = keyof typeof SIZES;

/** Colours besides the light ones. */
export type Scheme = 'dark' | 'contrast';

export interface Seen {
  /** The widths this state is at home in, where they are not those of the tour. */
  sizes?: readonly Size[];
  /** Colours worth a picture here besides the light ones. */
  also?: readonly Scheme[];
  /** What shows this state in a width: a phone shows one part of the counsellor's screen at a time. */
  before?(size: Size): Promise<void>;
  /** The page's clock was stopped, as this state goes by itself. */
  stopped?: true;
}

/** Called in each state. `state` names files: small letters, figures and dashes. */
export type Look = (person: Person, state: string, caption: string, seen?: Seen) => Promise<void>;

/** One way through the pages, past every state of some of them. */
export interface Tour {
  name: string;
  title: string;
  /** The widths these pages are at home in. */
  sizes: readonly Size[];
  /** Nobody opens these pages on another screen than those. */
  fixed?: true;
  serve?: Serve;
  walk(centre: Centre, language: Language, look: Look): Promise<void>;
}

/** The server of a tour. */
export const servedOn = ({ serve = { demo: true, flags: [] } }: Tour): Serve => ({ ...serve, zone: MORNING });

/** A browser as it is set up where this language is spoken. */
export const at = (language: Language) => ({ locale: language === 'ko' ? 'ko-KR' : 'en-GB' });

/** What a browser asks for, to show a page in these colours. */
export const MEDIA = {
  light: { colorScheme: 'light', contrast: 'no-preference' },
  dark: { colorScheme: 'dark', contrast: 'no-preference' },
  contrast: { colorScheme: 'light', contrast: 'more' },
} as const satisfies Record<Scheme | 'light', object>;

/** What is on its way in has an end; what turns or blinks for ever has none. */
export async function settled({ page }: Person): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(
    () => document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity),
    undefined,
    { polling: 50 },
  );
}
