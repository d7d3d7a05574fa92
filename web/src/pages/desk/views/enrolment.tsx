import { t } from '../../../lib/i18n';
import { device } from '../../../lib/storage';
import { Note, PlainPage } from '../../../ui/plain-page';
import type { Enrolment } from '../enrolment';

/** What whoever sets a device up sees, before any visitor. */
export function EnrolmentPage({ enrolment }: { enrolment: Enrolment }) {
  const stage = enrolment.stage.value;
  const toDesk = (
    <button type="button" class="primary" data-testid="to-desk" onClick={() => enrolment.leave()}>
      {t('enrol.to_desk')}
    </button>
  );
  return (
    <PlainPage>
      {stage.at === 'ASKING' && (
        <section class="card stack">
          <h1>{t('enrol.title')}</h1>
          <p class="hint" role="status">
            {t('common.loading')}
          </p>
        </section>
      )}
      {stage.at === 'TROUBLE' && (
        <section class="card stack">
          <h1>{t('enrol.title')}</h1>
          <p class="trouble" role="alert" data-testid="failed">
            {t('enrol.trouble')}
          </p>
          <button type="button" data-testid="again" onClick={() => void enrolment.ask()}>
            {t('common.again')}
          </button>
        </section>
      )}
      {stage.at === 'DONE' && (
        <Note title={t('enrol.done.title')} testid="enrolled">
          <p>{device.isLost.value ? t('storage.lost') : t('enrol.done.detail', { name: stage.name })}</p>
          {toDesk}
        </Note>
      )}
      {stage.at === 'BAD_LINK' && (
        <Note title={t('enrol.bad_link.title')} testid="dead-end" why="BAD_LINK">
          <p>{t('enrol.bad_link.detail')}</p>
          {toDesk}
        </Note>
      )}
    </PlainPage>
  );
}
