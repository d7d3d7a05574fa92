import type { DeskWithKey, Enrolment } from '../../../lib/api.gen';
import { t } from '../../../lib/i18n';
import { dayAndTime } from '../../../lib/format';
import { CopyText } from '../../../ui/copy';
import { Qr } from '../../../ui/qr';
import { Sheet } from '../../../ui/sheet';
import { deskLink } from './desks';

/** A desk's key, which the server shows this once and cannot show again. */
export function KeyOnce({ made, onDone }: { made: DeskWithKey; onDone(): void }) {
  return (
    <Sheet title={t('desks.key.once')} testid="desk-key-sheet" onShut={onDone}>
      <p>{t('desks.key.once.detail')}</p>
      <CopyText label={t('desks.key')} text={made.key} testid="desk-key" />
      <CopyText label={t('desks.key.link')} text={deskLink(made.id, made.key)} testid="desk-link" />
      <div class="actions">
        <button type="button" class="primary" data-testid="desk-key-kept" onClick={onDone}>
          {t('tokens.kept')}
        </button>
      </div>
    </Sheet>
  );
}

/** A link that makes the browser that opens it this desk, once; to be printed or held in front of its camera. */
export function EnrolmentOnce({ name, enrolment, onDone }: { name: string; enrolment: Enrolment; onDone(): void }) {
  return (
    <Sheet title={t('desks.enrolment.title', { name })} testid="enrolment" onShut={onDone}>
      <div class="printed stack">
        <p>{t('desks.enrolment.detail', { until: dayAndTime(enrolment.expires_at) })}</p>
        <Qr svg={enrolment.qr} alt={t('desks.enrolment.qr')} />
        <CopyText label={t('desks.enrolment.link')} text={enrolment.url} testid="enrolment-url" />
      </div>
      <div class="actions">
        <button type="button" onClick={() => print()}>
          {t('common.print')}
        </button>
        <button type="button" class="primary" data-testid="enrolment-done" onClick={onDone}>
          {t('common.close')}
        </button>
      </div>
    </Sheet>
  );
}
