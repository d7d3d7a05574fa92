import { effect, signal } from '@preact/signals';

import { refuseFiles } from '../../lib/drops';
import { language, showIn, t } from '../../lib/i18n';
import { serverNow } from '../../lib/moment';
import { OfficeFeed } from '../../lib/office-feed';
import { chime, isMute, openSound, setTitle } from '../../lib/ring';
import { show } from '../../lib/show';
import { createStore } from '../../lib/store';
import '../../lib/texts/of-display';
import '../../lib/theme';
import '../../ui/tokens.css';
import '../../ui/base.css';
import { Wall } from './app';
import './display.css';
import { reduce, start, topicsOf, type WallAction, type WallState } from './state';

/** How long each language stays, where none was asked for. */
const LANGUAGE_MS = 12_000;
/** How long a call is news. */
const NEWS_SHOWN_MS = 15_000;

const asked = new URLSearchParams(location.search);
const wall = createStore<WallState, WallAction>(start(topicsOf(location.search)), reduce);
const mute = signal(false);
const feed = new OfficeFeed({ called: (called) => wall.dispatch({ type: 'called', called, now: serverNow() }) });

effect(() => {
  const { news } = wall.state.value;
  if (news === null) return;
  if (asked.has('chime')) chime();
  const timer = setTimeout(() => wall.dispatch({ type: 'old', news }), NEWS_SHOWN_MS);
  return () => clearTimeout(timer);
});

if (asked.has('chime')) {
  openSound();
  setInterval(() => (mute.value = isMute()), 1_000);
}
if (!asked.has('lang')) setInterval(() => void showIn(language.peek() === 'ko' ? 'en' : 'ko'), LANGUAGE_MS);

effect(() => setTitle(t('display.title')));
feed.start();
refuseFiles();
show(<Wall wall={wall.state} feed={feed} mute={mute} />);
