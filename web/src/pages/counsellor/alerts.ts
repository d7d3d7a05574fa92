import { signal, type ReadonlySignal } from '@preact/signals';

import { t } from '../../lib/i18n';
import { askForNotices, noticesAllowed, showNotice } from '../../lib/notice';
import { setTitle, startRinging, stopRinging, unlockSound } from '../../lib/ring';
import { device } from '../../lib/storage';
import type { Ring } from './state';

/** Whether the system may show a notice while another window is in front. ASK: the person has not been asked. */
export type Permission = 'ASK' | 'ON' | 'OFF';

const LATER_KEY = 'anteroom.notices';

/** What calls a counsellor who looks elsewhere: sound, the tab's title, a notice of the system. */
export class Alerts {
  private readonly allowed = signal<Permission>(permission());
  private readonly sound = signal(false);
  private ringing: string | null = null;
  private takeNoticeAway: (() => void) | null = null;

  get permission(): ReadonlySignal<Permission> {
    return this.allowed;
  }

  /** Whether the browser lets the page be heard; it does after the first touch. */
  get audible(): ReadonlySignal<boolean> {
    return this.sound;
  }

  listen(): void {
    unlockSound();
    const touched = () => {
      this.sound.value = true;
    };
    addEventListener('pointerdown', touched, { once: true });
    addEventListener('keydown', touched, { once: true });
  }

  /** Asked for by the person, never by itself: a question that pops up during a ring would be refused for good. */
  async ask(): Promise<void> {
    await askForNotices();
    this.allowed.value = permission();
  }

  later(): void {
    device.setItem(LATER_KEY, 'LATER');
    this.allowed.value = 'OFF';
  }

  /** Called with every change of the offers, by the frame that brought it: nothing here waits for a timer. */
  tell(rings: readonly Ring[], unread: number): void {
    const ring = rings.find(({ answered }) => !answered) ?? null;
    if ((ring?.offer ?? null) !== this.ringing) {
      this.ringing = ring?.offer ?? null;
      this.takeNoticeAway?.();
      this.takeNoticeAway = null;
      stopRinging();
      if (ring) this.call(ring);
    }
    const title = unread > 0 ? `(${unread}) ${t('counsellor.title')}` : t('counsellor.title');
    const urgent = ring ? t('counsellor.offer.title.flash', { number: ring.number }) : null;
    setTitle(title, urgent === null ? null : [`📞 ${urgent}`, `● ${urgent}`]);
  }

  private call(ring: Ring): void {
    startRinging(ring.accept_within_s);
    if (permission() !== 'ON' || (document.visibilityState === 'visible' && document.hasFocus())) return;
    const body = [ring.nickname, ring.note].filter(Boolean).join('\n');
    const title = t('counsellor.offer.title.flash', { number: ring.number });
    this.takeNoticeAway = showNotice(title, { body, tag: 'anteroom.offer', requireInteraction: true, silent: true });
  }
}

function permission(): Permission {
  const allowed = noticesAllowed();
  if (allowed !== 'UNASKED') return allowed === 'YES' ? 'ON' : 'OFF';
  return device.getItem(LATER_KEY) === null ? 'ASK' : 'OFF';
}
