import type { ServerFrame } from '../../lib/protocol.gen';

/** To whom a talk is handed over: exactly one of a line's topic and a colleague's account. */
export type TransferTarget =
  | { readonly line: string; readonly counsellor?: never }
  | { readonly counsellor: string; readonly line?: never };

/** How a handing over stands, as the server tells the giver. */
export type TransferTold = Extract<ServerFrame, { type: 'transfer' }>;

