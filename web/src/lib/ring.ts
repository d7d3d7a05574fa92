const BEEP_HZ = [880, 660];
const BEEP_S = 0.18;
const RING_EVERY_S = 2;
/** No ring is longer than this, whatever an offer says. */
const RING_S_MAX = 120;
const FLASH_EVERY_MS = 1_000;

let audio: AudioContext | null = null;

/** Browsers stay mute until the person has touched the page; call once, and the first touch unlocks the sound. */
export function unlockSound(): void {
  addEventListener('pointerdown', resumeSound, { once: true });
  addEventListener('keydown', resumeSound, { once: true });
}

/** For a screen nobody touches: tries at once, as its browser may have been told to allow it. */
export function openSound(): void {
  resumeSound();
  unlockSound();
}

/** Whether the browser still keeps the sound back. */
export function isMute(): boolean {
  return audio?.state !== 'running';
}

function resumeSound(): void {
  try {
    audio ??= new AudioContext();
    audio.resume().catch(() => undefined);
  } catch {
    // No sound device: the title still flashes.
  }
}

/** Two soft tones. */
export function chime(): void {
  heard((context) => tones(context, context.destination, context.currentTime));
}

/** Makes a sound where that may be; a browser that throws at it is mute, and nothing else suffers. */
function heard(sound: (context: AudioContext) => void): void {
  try {
    if (audio?.state === 'running') sound(audio);
  } catch {
    // The title still flashes.
  }
}

let ringing: GainNode | null = null;

/**
 * The chime again and again for so many seconds. All of them are laid on the clock of the sound at once: in a tab
 * behind others, timers may come a minute late.
 */
export function startRinging(seconds = RING_S_MAX): void {
  stopRinging();
  heard((context) => {
    const bell = context.createGain();
    bell.connect(context.destination);
    ringing = bell;
    const end = Math.min(seconds, RING_S_MAX);
    for (let at = 0; at < end; at += RING_EVERY_S) tones(context, bell, context.currentTime + at);
  });
}

export function stopRinging(): void {
  ringing?.disconnect();
  ringing = null;
}

function tones(context: AudioContext, into: AudioNode, start: number): void {
  BEEP_HZ.forEach((hz, index) => beep(context, into, hz, start + index * BEEP_S));
}

function beep(context: AudioContext, into: AudioNode, hz: number, start: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + BEEP_S);
  tone.connect(volume).connect(into);
  tone.start(start);
  tone.stop(start + BEEP_S);
}

let flashing: ReturnType<typeof setInterval> | null = null;

/**
 * The tab's title: still, or blinking between the urgent words and the title. Of two urgent ones it blinks between
 * those, so that a blink held up for a minute in a tab behind others still says it.
 */
export function setTitle(title: string, urgent: string | readonly [string, string] | null = null): void {
  if (flashing !== null) clearInterval(flashing);
  flashing = null;
  if (urgent === null) {
    document.title = title;
    return;
  }
  const [on, off] = typeof urgent === 'string' ? [urgent, title] : urgent;
  document.title = on;
  flashing = setInterval(() => {
    document.title = document.title === on ? off : on;
  }, FLASH_EVERY_MS);
}
