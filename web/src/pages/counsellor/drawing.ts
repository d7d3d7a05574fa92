import { options } from 'preact';

/** Where no frame is drawn, in a tab behind others, the page is still kept up to date. */
const DRAW_MS_MAX = 100;

/** What comes before a person's act has its effect. Once it has, a field would be drawn with what was in it before. */
const ACTS = ['keydown', 'beforeinput', 'pointerdown', 'paste', 'drop'] as const;

/**
 * Draws once a frame: a thousand messages that come at once, after a drop, are drawn a few times and not a thousand.
 * Hands may be faster than frames: what is due is drawn before an act, which is meant for all that was done before it.
 */
export function drawByFrames(): void {
  let due: (() => void) | null = null;
  options.debounceRendering = (draw) => {
    const once = () => {
      if (due !== once) return;
      due = null;
      draw();
    };
    due = once;
    requestAnimationFrame(once);
    setTimeout(once, DRAW_MS_MAX);
  };
  for (const type of ACTS) addEventListener(type, () => due?.(), { capture: true });
}
