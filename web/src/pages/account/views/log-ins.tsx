import { useEffect, useState } from 'preact/hooks';

import type { LogInView } from '../../../lib/api.gen';
import { dayAndTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { say, troubleOf, type Said } from '../../../lib/said';
import { Listing } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import type { LogIns } from '../log-ins';

/** Where one is logged in, and an end to what one does not know. */
export function LogInsCard({ logIns }: { logIns: LogIns }) {
  const [trouble, setTrouble] = useState<Said | null>(null);
  const ended = logIns.ended.value;
  useEffect(() => void logIns.list.load(), [logIns]);
  function act(work: Promise<void>) {
    setTrouble(null);
    work.catch((error: unknown) => setTrouble(troubleOf(error)));
  }
  return (
    <section class="card stack" data-testid="log-ins">
      <h2>{t('log-ins.title')}</h2>
      <p class="hint">{t('log-ins.hint')}</p>
      <Listing list={logIns.list} none={<p class="hint">{t('log-ins.none')}</p>}>
        {(items) => (
          <Table
            testid="log-in-row"
            caption={t('log-ins.title')}
            items={items}
            idOf={({ id }) => id}
            columns={[
              { head: t('log-ins.agent'), cell: ({ agent }) => agent ?? '–' },
              { head: t('log-ins.address'), cell: ({ address }) => address ?? '–' },
              { head: t('log-ins.made'), cell: ({ made_at }) => dayAndTime(made_at) },
              { head: t('log-ins.used'), cell: ({ last_used_at }) => dayAndTime(last_used_at) },
              { head: t('common.action'), cell: (logIn) => <End logIn={logIn} onEnd={() => act(logIns.end(logIn.id))} /> },
            ]}
          />
        )}
      </Listing>
      <p role="status" data-testid="log-ins-ended">
        {ended !== null && t('log-ins.ended', { count: ended })}
      </p>
      {trouble && (
        <p class="trouble" role="alert">
          {say(trouble)}
        </p>
      )}
      <div class="actions">
        <button type="button" class="danger" data-testid="log-ins-end-others" onClick={() => act(logIns.endOthers())}>
          {t('log-ins.end-others')}
        </button>
      </div>
    </section>
  );
}

function End({ logIn, onEnd }: { logIn: LogInView; onEnd(): void }) {
  if (logIn.current) return <span data-testid="log-in-current">{t('log-ins.current')}</span>;
  return (
    <button type="button" data-testid="log-in-end" onClick={onEnd}>
      {t('log-ins.end')}
    </button>
  );
}
