import { t } from '../../../lib/i18n';
import { topicShown } from '../lines';
import type { Screen } from '../screen';
import type { Tab } from '../tabs';
import type { Workplace } from '../workplace';

/** How a handing over stands, in one line over the conversation it is about. */
export function HandoverBar({ tab, workplace, screen }: { tab: Tab; workplace: Workplace; screen: Screen }) {
  const { room, handover } = tab;
  if (handover === null) return null;
  const { phase, target } = handover;
  // One that a manager asked for comes without the name that was chosen.
  const line = target.line && topicShown(workplace.state.value, target.line);
  const name = handover.name || line || t('role.COUNSELLOR');
  const waits = phase === 'ASKING' || phase === 'OFFERED';
  return (
    <div class="handover" data-testid="handover" data-phase={phase}>
      <p role="status">{t(`counsellor.handover.${phase}`, { name })}</p>
      {waits ? (
        <button type="button" class="small" data-testid="handover-cancel" onClick={() => workplace.cancelHandOver(room)}>
          {t('counsellor.handover.cancel')}
        </button>
      ) : (
        <>
          <button type="button" class="small" data-testid="handover-again" onClick={() => screen.show({ what: 'TRANSFER', room })}>
            {t('counsellor.handover.again')}
          </button>
          <button type="button" class="small quiet" data-testid="handover-keep" onClick={() => workplace.keepRoom(room)}>
            {t('common.close')}
          </button>
        </>
      )}
    </div>
  );
}
