import type { ClientFrame, RoomId, ServerFrame } from '../../lib/protocol.gen';

/** How a handing over stands, as the server tells the giver. */
export type TransferState = 'OFFERED' | 'ACCEPTED' | 'DECLINED' | 'NOBODY' | 'CANCELLED';

/** To whom: exactly one of a line's topic and a colleague's account. */
export type TransferTarget =
  | { readonly line: string; readonly counsellor?: never }
  | { readonly counsellor: string; readonly line?: never };

/** Frames about handing a conversation over, in the words of the contract. */
export type HandoverAsk =
  | ({ type: 'transfer'; room: RoomId; note?: string } & TransferTarget)
  | { type: 'cancel_transfer'; room: RoomId };

export interface HandoverTold {
  type: 'transfer';
  room: RoomId;
  state: TransferState;
  line?: string | null;
  counsellor?: string | null;
  detail?: string | null;
}

/** What comes with an offer that a colleague hands over. */
export interface OfferedBy {
  /** The giver's name. */
  readonly from: string;
  readonly note?: string | null;
  /** How many messages were said so far. */
  readonly messages: number;
}

export type CounsellorAsk = ClientFrame | HandoverAsk;
export type CounsellorTold = ServerFrame | HandoverTold;

export const TRANSFER_NOTE_CHARS_MAX = 500;
