const BEEP_HZ = [880, 660];
const BEEP_S = 0.18;
const RING_EVERY_MS = 2_000;
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
    void audio.resume();
  } catch {
    // No sound device: the title still flashes.
  }
}

/** Two soft tones. */
export function chime(): void {
  if (!audio || audio.state !== 'running') return;
  BEEP_HZ.forEach((hz, index) => {
    const start = audio!.currentTime + index * BEEP_S;
    const tone = audio!.createOscillator();
    const volume = audio!.createGain();
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + BEEP_S);
    tone.connect(volume).connect(audio!.destination);
    tone.start(start);
    tone.stop(start + BEEP_S);
  });
}

let sounding: ReturnType<typeof setInterval> | null = null;

export function startRinging(): void {
  if (sounding !== null) return;
  chime();
  sounding = setInterval(chime, RING_EVERY_MS);
}

export function stopRinging(): void {
  if (sounding !== null) clearInterval(sounding);
  sounding = null;
}

let flashing: ReturnType<typeof setInterval> | null = null;

/** The tab's title: still, or alternating with something urgent. */
export function setTitle(title: string, urgent: string | null = null): void {
  if (flashing !== null) clearInterval(flashing);
  flashing = null;
  document.title = urgent ?? title;
  if (urgent === null) return;
  let on = true;
  flashing = setInterval(() => {
    on = !on;
    document.title = on ? urgent : title;
  }, FLASH_EVERY_MS);
}
