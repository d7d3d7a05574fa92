import type { ReadonlySignal } from '@preact/signals';

import type { OfficeLine } from '../../lib/api.gen';
import { lineName, opensText, rangeText } from '../../lib/busy';
import { language, t } from '../../lib/i18n';
import { inOffice } from '../../lib/office';
import type { Called, OfficeFeed } from '../../lib/office-feed';
import { useNow } from '../../lib/ticker';
import { keyOf, linesShown, type WallState } from './state';

/** Calls shown besides the newest. */
const BEFORE_MAX = 5;
/** Lines that have room for two rows of text each. */
const ROOMY_MAX = 6;

interface Props {
  wall: ReadonlySignal<WallState>;
  feed: OfficeFeed;
  /** Whether sound is wanted and the browser still keeps it back. */
  mute: ReadonlySignal<boolean>;
}

export function Wall({ wall, feed, mute }: Props) {
  const { calls, news, topics } = wall.value;
  const [newest, ...before] = calls;
  const office = feed.office.value;
  const lines = office?.lines ?? [];
  return (
    <div class="wall" data-reach={feed.reach.value}>
      <header class="wall-head">
        <h1>{office?.name ?? t('app.name')}</h1>
        <Clock />
      </header>
      <main>
        <section class={newest && keyOf(newest) === news ? 'now news' : 'now'} aria-live="polite">
          <h2>{t('display.now')}</h2>
          {newest ? <Newest key={keyOf(newest)} call={newest} lines={lines} /> : <Nobody />}
        </section>
        <section class="before">
          <h2>{t('display.before')}</h2>
          <ol data-testid="before">
            {before.slice(0, BEFORE_MAX).map((call) => (
              <li key={keyOf(call)}>
                <strong>{call.number}</strong>
                <span>{placeOf(call) ?? nameOf(call.line, call.line_name, lines)}</span>
              </li>
            ))}
          </ol>
        </section>
        <Busy lines={linesShown(lines, topics)} />
      </main>
      <Foot feed={feed} mute={mute.value} />
    </div>
  );
}

function Newest({ call, lines }: { call: Called; lines: readonly OfficeLine[] }) {
  const place = placeOf(call);
  return (
    <div class={call.number.length > 5 ? 'newest long' : 'newest'} data-testid="newest" data-number={call.number}>
      <strong>{call.number}</strong>
      <span class="line">{nameOf(call.line, call.line_name, lines)}</span>
      <span class="go">{place ? t('display.go', { place }) : t('display.online')}</span>
    </div>
  );
}

function Nobody() {
  return (
    <div class="nobody" data-testid="nobody">
      <strong>{t('display.none')}</strong>
      <span>{t('display.none.detail')}</span>
    </div>
  );
}

/** How many wait in each line. */
function Busy({ lines }: { lines: readonly OfficeLine[] }) {
  if (lines.length === 0) return null;
  return (
    <section class={lines.length > ROOMY_MAX ? 'busy many' : 'busy'}>
      <h2>{t('display.waiting')}</h2>
      <ul data-testid="busy" style={{ '--rows': lines.length }}>
        {lines.map((line) => (
          <li key={`${line.topic} ${line.language}`} data-topic={line.topic}>
            <span class="line">
              {lineName(line)}
              {line.language !== 'ko' && <small> {line.language.toUpperCase()}</small>}
            </span>
            {line.open ? (
              <>
                <strong>{line.waiting}</strong>
                <span class="range">{rangeText(line) ?? t('office.range.unknown')}</span>
              </>
            ) : (
              <span class="range">{opensText(line.opens_at)}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One calm line; nothing where there is nothing to say. */
function Foot({ feed, mute }: { feed: OfficeFeed; mute: boolean }) {
  const reach = feed.reach.value;
  const said =
    reach === 'LOST'
      ? t('display.lost')
      : reach === 'ABSENT'
        ? t('display.absent')
        : feed.office.value?.draining
          ? t('display.draining')
          : mute
            ? t('display.sound')
            : '';
  return (
    <p class="wall-foot" role="status" data-testid="foot">
      {said}
    </p>
  );
}

function Clock() {
  const now = useNow();
  const locale = language.value === 'ko' ? 'ko-KR' : 'en-GB';
  return (
    <p class="clock" data-testid="clock">
      <span>{inOffice(now.value, locale, { month: 'long', day: 'numeric', weekday: 'long' })}</span>
      <time>{inOffice(now.value, locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}</time>
    </p>
  );
}

/** Where somebody is asked to go; null for a talk on their own device. */
function placeOf({ desk }: Called): string | null {
  if (!desk) return null;
  return desk.place ? `${desk.name} · ${desk.place}` : desk.name;
}

/** What the line of a call is called in the page's language; a line that is no longer there keeps the name it was called with. */
function nameOf(topic: string, name: string, lines: readonly OfficeLine[]): string {
  const known = lines.find((line) => line.topic === topic && line.name === name) ?? lines.find((line) => line.topic === topic);
  return known ? lineName(known) : name;
}
