import { useRef } from 'preact/hooks';

import { t } from '../lib/i18n';
import type { Connection } from '../lib/socket';
import { useLasting } from './lasting';

interface Props {
  connection: Connection;
  /** What is well is said to those only who do not see the page. */
  quiet?: boolean;
  testid?: string;
}

const isTrouble = (connection: Connection) => connection === 'RETRYING' || connection === 'BLOCKED';

/** What is to be said of a connection: how it is, and of one that was lost a moment ago, how it was. */
export function useSaid<State extends Connection>(connection: State): State {
  const said = useRef(connection);
  const lasts = useLasting(isTrouble(connection));
  if (lasts || !isTrouble(connection)) said.current = connection;
  return said.current;
}

/** One calm line; it takes room only while there is something to say. */
export function ConnectionLine({ connection, quiet = false, testid = 'connection' }: Props) {
  const said = useSaid(connection);
  return (
    <p
      class={isTrouble(said) ? 'connection trouble' : quiet ? 'connection sr-only' : 'connection'}
      data-testid={testid}
      data-connection={connection}
      role="status"
    >
      {t(`connection.${said}`)}
    </p>
  );
}
