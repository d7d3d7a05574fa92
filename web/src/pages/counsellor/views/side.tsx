import { t } from '../../../lib/i18n';
import type { Screen, Side as Shown } from '../screen';
import type { Workplace } from '../workplace';
import { About } from './about';
import { History } from './history';
import { Key, keyOf } from './key';

const SIDES: readonly Shown[] = ['TALK', 'HISTORY'];

/** Beside the conversation: whom it is with and what is written down, or one's own records. */
export function Side({ me, workplace, screen }: { me: string; workplace: Workplace; screen: Screen }) {
  const { tabs, active } = workplace.state.value;
  const tab = tabs.find(({ room }) => room === active);
  const side = screen.side.value;
  return (
    <aside class="side" aria-label={t('counsellor.side')} data-testid="side">
      <div class="side-choice" role="group" aria-label={t('counsellor.side')}>
        {SIDES.map((each) => (
          <button
            key={each}
            type="button"
            class="small quiet"
            aria-pressed={each === side}
            data-testid={`side-${each}`}
            {...(each === 'HISTORY' && keyOf('HISTORY'))}
            onClick={() => {
              screen.side.value = each;
            }}
          >
            {t(`counsellor.side.${each}`)} {each === 'HISTORY' && <Key of="HISTORY" />}
          </button>
        ))}
      </div>
      {side === 'HISTORY' ? (
        <History me={me} workplace={workplace} screen={screen} />
      ) : tab ? (
        <About tab={tab} workplace={workplace} />
      ) : (
        <p class="hint none">{t('counsellor.room.empty')}</p>
      )}
    </aside>
  );
}
