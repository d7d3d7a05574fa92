import { t } from '../lib/i18n';
import type { Connection } from '../lib/socket';

/** One calm line; it takes room only while there is something to say. */
export function ConnectionLine({ connection, quiet = false }: { connection: Connection; quiet?: boolean }) {
  const trouble = connection === 'RETRYING';
  return (
    <p
      class={trouble ? 'connection trouble' : quiet ? 'connection sr-only' : 'connection'}
      data-testid="connection"
      data-connection={connection}
      role="status"
    >
      {t(`connection.${connection}`)}
    </p>
  );
}
