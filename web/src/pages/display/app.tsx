import type { ReadonlySignal } from '@preact/signals';

import { lineName, opensText, rangeText } from '../../lib/busy';
import { language, t } from '../../lib/i18n';
import { inOffice } from '../../lib/office';
import type { Called, OfficeFeed, OfficeLine } from '../../lib/office-feed';
import type { LineInfo } from '../../lib/protocol.gen';
import { useNow } from '../../lib/ticker';
import { keyOf, linesShown, type WallState } from './state';

/** Calls shown besides the newest. */
const BEFORE_MAX = 5;
/** Lines that have room for two rows of text each. */
const ROOMY_MAX = 6;

interface Props {
  wall: ReadonlySignal<WallState>;
  feed: OfficeFeed;
  /** The lines' names in both languages, as far as they are known. */
  names: ReadonlySignal<readonly LineInfo[]>;
  /** Whether sound is wanted and the browser still keeps it back. */
  mute: ReadonlySignal<boolean>;
}

export function Wall({ wall, feed, names, mute }: Props) {
  const { calls, news, topics } = wall.value;
  const [newest, ...before] = calls;
  const office = feed.office.value;
  return (
    <div class="wall" data-reach={feed.reach.value}>
      <header class="wall-head">
        <h1>{office?.name ?? t('app.name')}</h1>
        <Clock />
      </header>
      <main>
        <section class={newest && keyOf(newest) === news ? 'now news' : 'now'} aria-live="polite">
          <h2>{t('display.now')}</h2>
          {newest ? <Newest key={keyOf(newest)} call={newest} names={names.value} /> : <Nobody />}
        </section>
        <section class="before">
          <h2>{t('display.before')}</h2>
          <ol data-testid="before">
            {before.slice(0, BEFORE_MAX).map((call) => (
              <li key={keyOf(call)}>
                <strong>{call.number}</strong>
                <span>{placeOf(call) ?? nameOf(call.line, call.line_name, names.value)}</span>
              </li>
            ))}
          </ol>
        </section>
        <Busy lines={linesShown(office?.lines ?? [], topics)} names={names.value} />
      </main>
      <Foot feed={feed} mute={mute.value} />
    </div>
  );
}

function Newest({ call, names }: { call: Called; names: readonly LineInfo[] }) {
  const place = placeOf(call);
  return (
    <div class={call.number.length > 5 ? 'newest long' : 'newest'} data-testid="newest" data-number={call.number}>
      <strong>{call.number}</strong>
      <span class="line">{nameOf(call.line, call.line_name, names)}</span>
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

interface BusyProps {
  lines: readonly OfficeLine[];
  names: readonly LineInfo[];
}

/** How many wait in each line. */
function Busy({ lines, names }: BusyProps) {
  if (lines.length === 0) return null;
  return (
    <section class={lines.length > ROOMY_MAX ? 'busy many' : 'busy'}>
      <h2>{t('display.waiting')}</h2>
      <ul data-testid="busy" style={{ '--rows': lines.length }}>
        {lines.map((line) => (
          <li key={`${line.topic} ${line.language}`} data-topic={line.topic}>
            <span class="line">
              {nameOf(line.topic, line.name, names)}
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

function nameOf(topic: string, name: string, names: readonly LineInfo[]): string {
  const known = names.find((line) => line.topic === topic && line.name === name) ?? names.find((line) => line.topic === topic);
  return known ? lineName(known) : name;
}
