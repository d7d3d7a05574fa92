import { useLayoutEffect, useRef } from 'preact/hooks';

import { t } from '../../lib/i18n';
import { tab } from '../../lib/storage';
import { LanguageSwitch } from '../../ui/language';
import { StorageLine } from '../../ui/storage-line';
import type { Stay } from './stay';
import { Door } from './views/door';
import { Inside } from './views/inside';
import { Note } from './views/note';

/** What somebody with a link to a group room sees. */
export function GuestPage({ stay }: { stay: Stay }) {
  const { stage } = stay.state.value;
  const page = useRef<HTMLElement>(null);
  const shown = useRef(stage.at);
  // Another screen is read from its title on; a talk puts the focus where one writes.
  useLayoutEffect(() => {
    if (shown.current === stage.at) return;
    shown.current = stage.at;
    if (stage.at !== 'IN') page.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }, [stage.at]);
  return (
    <div class="guest" data-stage={stage.at}>
      <header class="bar">
        <span class="brand">{(stage.at === 'DOOR' && stage.invitation.office) || t('room.title')}</span>
        <LanguageSwitch />
      </header>
      {stage.at === 'IN' && <StorageLine of={tab} />}
      <main ref={page} class="guest-page">
        <Stage stay={stay} />
      </main>
    </div>
  );
}

function Stage({ stay }: { stay: Stay }) {
  const { stage } = stay.state.value;
  switch (stage.at) {
    case 'LOADING':
      return <p role="status">{t('common.loading')}</p>;
    case 'DOOR':
      return <Door stay={stay} invitation={stage.invitation} />;
    case 'IN':
    case 'OVER':
      return <Inside stay={stay} />;
    case 'LOST':
      return <Note stage="LOST" again={() => void stay.look()} />;
    case 'ELSEWHERE':
      return <Note stage="ELSEWHERE" again={() => stay.takeBack()} />;
    default:
      return <Note stage={stage.at} />;
  }
}
