/** A response names its second only, and has been on its way: closer than this the two clocks agree. */
const AGREE_MS = 2_000;

/** How far the server's clock is ahead of what this page counts, in milliseconds. */
let ahead_ms = 0;

/** What this page counts: it goes on evenly, whatever is done to the computer's clock. */
const counted = () => performance.timeOrigin + performance.now();

/** The server's moment, in milliseconds since 1970; this computer's until the server has been heard. */
export const serverNow = (): number => counted() + ahead_ms;

/** Takes the `date` of an answer: ages and countdowns are of moments the server names. */
export function hearDate(date: string | null): void {
  const heard = Date.parse(date ?? '');
  if (Math.abs(heard - serverNow()) > AGREE_MS) ahead_ms = heard - counted();
}
