import { t } from '../lib/i18n';
import type { Connection } from '../lib/socket';

interface Props {
  connection: Connection;
  /** What is well is said to those only who do not see the page. */
  quiet?: boolean;
  testid?: string;
}

/** One calm line; it takes room only while there is something to say. */
export function ConnectionLine({ connection, quiet = false, testid = 'connection' }: Props) {
  const trouble = connection === 'RETRYING' || connection === 'BLOCKED';
  return (
    <p
      class={trouble ? 'connection trouble' : quiet ? 'connection sr-only' : 'connection'}
      data-testid={testid}
      data-connection={connection}
      role="status"
    >
      {t(`connection.${connection}`)}
    </p>
  );
}
