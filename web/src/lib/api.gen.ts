// Generated from docs/openapi.json by `make generate`. Do not edit.

import type { AccountId, Activity, ClosedReason, DeskId, EndReason, FaultCode, Intent, LineId, Member, MemberId, MessageId, MessageKind, Role, RoomId, SeatState, SessionId, TicketId, Wall } from './protocol.gen';

export type { AccountId, Activity, ClosedReason, DeskId, EndReason, FaultCode, Intent, LineId, Member, MemberId, MessageId, MessageKind, Role, RoomId, SeatState, SessionId, TicketId, Wall };

/** A page of a list; `next` is the `after` of the next one. */
export interface Page<Row> {
  items: Row[];
  next: string | null;
}

/** The body of `PATCH /api/v1/accounts/{id}`. What is left out stays. */
export interface AccountEdit {
  /** Whether a manager runs every line, also those to come. Admins only. */
  all_lines?: boolean | null;
  capacity?: number | null;
  /** Admins only; is not verified until the person has followed a link sent to it. */
  email?: string | null;
  /** `ko` or `en`. */
  language?: string | null;
  /** All lines, with the tier in each; none if the list is empty. */
  lines?: ServedLine[] | null;
  name?: string | null;
  role?: AccountRole | null;
  /** The version that was read. */
  version: number;
}

/** What an account may do. */
export type AccountRole = 'COUNSELLOR' | 'MANAGER' | 'ADMIN';

/** The body of a change that needs none. */
export interface AccountVersionRequest {
  /** The version that was read. */
  version: number;
}

/** An account. */
export interface AccountView {
  /** A manager of every line, also of those to come; others see what is of `lines`. */
  all_lines: boolean;
  approved: boolean;
  approved_at: Wall | null;
  approved_by: string | null;
  capacity: number;
  delete_reason: string | null;
  deleted: boolean;
  deleted_at: Wall | null;
  email: string | null;
  email_verified: boolean;
  id: AccountId;
  language: string;
  lines: ServedView[];
  login: string;
  made_at: Wall;
  name: string;
  role: AccountRole;
  second_factor: boolean;
  suspend_reason: string | null;
  suspended: boolean;
  /** It is test data: nobody can log in with it, and it counts nowhere. */
  test?: boolean;
  valid_from: Wall | null;
  valid_reason: string | null;
  valid_until: Wall | null;
  /** An edit names it. */
  version: number;
}

/** An account, and what is handed to the person it is for. */
export type AccountWithLink = AccountView & {
  /** Where the person chooses a password: for one use and 72 hours. It is not shown again. */
  link?: string;
  /** The same as a QR code: an SVG. */
  qr?: string;
};

/** The body of an approval. */
export interface ApprovalRequest {
  /** Whether a manager runs every line, also those to come; not if left out. */
  all_lines?: boolean | null;
  capacity?: number | null;
  lines?: ServedLine[] | null;
  role?: AccountRole | null;
  /** Also if nobody has shown that the mail address is theirs. Only where there is no mail server, as nobody could show it there. */
  unverified?: boolean;
  /** The version that was read. */
  version: number;
}

/** An entry. */
export interface AuditView {
  action: string;
  actor: string;
  actor_name: string;
  actor_role: string;
  address: string;
  at: Wall;
  detail: unknown;
  hash: string;
  request_id: string;
  seq: number;
  subject_id: string;
  subject_kind: string;
}

/** A number that is called. There is nothing in it that names a person. SSE event `called`. */
export interface Called {
  /** When. */
  at: Wall;
  desk: CalledDesk | null;
  /** The topic's code. */
  line: string;
  /** The topic's name. */
  line_name: string;
  /** The ticket's number for people. */
  number: string;
}

/** The registered desk that a number is called to. */
export interface CalledDesk {
  /** Its name. */
  name: string;
  /** Where it stands. */
  place: string | null;
}

/** An edit; what is left out stays. Group and code are what it is, and stay. */
export interface CodeEdit {
  /** Whether it may be chosen. */
  in_use?: boolean | null;
  /** Place in lists. */
  order?: number | null;
  /** The text in Korean. */
  value?: string | null;
  /** The text in English. */
  value_en?: string | null;
  /** The version that was read. */
  version: number;
}

/** What managers and admins see of a code besides. */
export interface CodeRecord {
  deleted?: boolean;
  in_use?: boolean;
  seq?: number;
  version?: number;
}

/** A code with its texts. */
export type CodeView = CodeRecord & {
  code: string;
  group: string;
  order: number;
  value: string;
  value_en: string;
};

/** Somebody who counsels, as colleagues see them. */
export interface Colleague {
  /** What they are doing. */
  activity: Activity;
  /** A page of theirs is here. */
  connected: boolean;
  /** Places of their capacity that are left. */
  free: number;
  /** Their account. */
  id: AccountId;
  /** What they want. */
  intent: Intent;
  /** The topics of the lines they want work from. */
  lines: string[];
  /** Their name. */
  name: string;
  /** Why they paused. */
  reason: string | null;
}

/** An edit: what is left out stays. */
export interface ConsultationEdit {
  /** The memo; an empty one takes it away. */
  memo?: string | null;
  /** A code of the group `RESULT` that is in use. */
  result_code?: string | null;
  /** The version that was read. */
  version: number;
}

/** Where a consultation stands. */
export type ConsultationStatus = 'WAITING' | 'TALKING' | 'WRAP_UP' | 'DONE' | 'CANCELLED' | 'ABANDONED' | 'EXPIRED' | 'REFUSED';

/** A consultation in the list. */
export interface ConsultationView {
  counsellor: AccountId | null;
  counsellor_name: string | null;
  desk: DeskId | null;
  end_reason: string | null;
  ended_at: Wall | null;
  id: TicketId;
  language: string;
  line: string;
  line_id: LineId;
  matched_at: Wall | null;
  memo: string | null;
  nickname: string | null;
  note: string | null;
  number: string | null;
  predicted_s: [number, number] | null;
  priority: number;
  rating: number | null;
  rating_comment: string | null;
  requested_at: Wall;
  result_code: string | null;
  status: ConsultationStatus;
  /** It is test data: it counts nowhere. */
  test?: boolean;
  /** Counts edits; goes with an edit. */
  version: number;
  /** From the request to the match, or to the end where there was none. */
  waited_s: number | null;
  wrapped_up_at: Wall | null;
}

/** A consultation by itself. */
export type ConsultationWhole = ConsultationView & {
  explanation: Explanation | null;
  /** Everybody who had a seat, in any of the rooms. */
  members: MemberView[];
  messages: MessageView[];
  /** The `after` of the next messages, to be read from the last room. */
  messages_next: number | null;
  rooms: RoomView[];
  /** What happened, in order. */
  timeline: TimelineEntry[];
};

/** A counsellor of the list changed. SSE event `counsellor`. */
export type CounsellorChange = {
  /** Which. */
  id: AccountId;
  /** As it is. */
  item: LiveCounsellor;
  op: 'put';
} | {
  /** Which. */
  id: AccountId;
  op: 'drop';
};

/** An edit; what is left out stays. */
export interface DeskEdit {
  /** Whether it may open sockets; false closes those it has. */
  in_use?: boolean | null;
  line?: LineId | null;
  /** What staff call it. */
  name?: string | null;
  /** Where it stands; null takes it away. */
  place?: string | null;
  /** The version that was read. */
  version: number;
}

/** A desk to be registered. */
export interface DeskRegistration {
  line?: LineId | null;
  /** What staff call it. */
  name: string;
  /** Where it stands. */
  place?: string | null;
}

/** A desk. */
export interface DeskView {
  deleted: boolean;
  enrolment_until: Wall | null;
  has_key: boolean;
  id: DeskId;
  in_use: boolean;
  key_at: Wall | null;
  line: LineId | null;
  name: string;
  place: string | null;
  version: number;
}

/** A desk with a new key, which is shown this once. */
export type DeskWithKey = DeskView & {
  /** For `/ws/desk?desk=…&key=…`. */
  key: string;
};

/** The token of an enrolment link. */
export interface EnrolRequest {
  /** What follows `#enrol=` in the link. */
  token: string;
}

/** What a device needs to be a desk. */
export interface Enrolled {
  desk: DeskId;
  /** Shown this once. */
  key: string;
  line: LineId | null;
  name: string;
}

/** A link that enrols one device as this desk. */
export interface Enrolment {
  expires_at: Wall;
  /** The same as a QR code: an SVG document. */
  qr: string;
  /** To be opened on the device. */
  url: string;
}

/** Why this pair was matched. */
export interface Explanation {
  /** Tickets of the line that stood before this one and were passed over. */
  ahead: number;
  /** Seconds since the counsellor last took or ended a room, or opened. */
  idle_s: number;
  /** Counsellors who would have come first but had declined this ticket; the first of them. */
  passed_over: AccountId[];
  /** `R3`: a ticket looked for a counsellor. `R4`: a counsellor looked for a ticket. */
  rule: 'R3' | 'R4';
  /** The counsellor's tier in the line. */
  tier: number;
  /** Seconds the ticket had waited. */
  waited_s: number;
}

/** What to export, by the names of the list, and in which form. */
export interface ExportRequest {
  counsellor?: AccountId | null;
  desk?: DeskId | null;
  format: Format;
  /** Requested then or later. */
  from?: string | null;
  /** The topic's code. */
  line?: string | null;
  line_id?: LineId | null;
  /** Words that are all in memo, note or messages, one of them of two letters at least. A page of a search may hold fewer than `limit`, or none, and still have a `next`. */
  q?: string | null;
  /** The score. */
  rating?: number | null;
  /** A code of the group `RESULT`. */
  result?: string | null;
  /** Where it stands: `WAITING`, `TALKING`, `WRAP_UP`, `DONE`, `CANCELLED`, `ABANDONED`, `EXPIRED` or `REFUSED`. */
  status?: string | null;
  /** Also test data, which is left out else; each is marked with `test`. */
  test?: boolean | null;
  /** Requested before then; later than `from`. */
  to?: string | null;
  /** Waited longer than so many seconds. */
  waited_over_s?: number | null;
}

/** What is wrong with one field. */
export interface FieldFault {
  /** The same as a code. */
  code: FaultCode;
  /** Its name, or its path in the body. */
  field: string;
  /** The most there may be. */
  max?: number;
  /** The least there may be: of a number its value, of a text its characters. */
  min?: number;
  /** What is wrong with it, and what is expected. */
  reason: string;
}

/** The account that was made. */
export interface FirstAccount {
  id: AccountId;
}

/** The form of the file. */
export type Format = 'CSV' | 'XLSX';

/** What stands on the door. */
export interface Invitation {
  /** Whether there is no seat free. */
  full: boolean;
  info: string | null;
  /** The language it was opened in. */
  language: string;
  /** Seats taken. */
  members: number;
  /** What the organisation is called. */
  office: string | null;
  picture: string | null;
  title: string;
}

/** `{job}` */
export interface JobAnswer {
  job: JobView;
}

/** A piece of long work. */
export type JobId = string;

/** A piece of long work. */
export interface JobView {
  /** Rows so far. */
  done: number;
  ended_at: Wall | null;
  error: string | null;
  /** Where the file can be had, once it is there; it is kept for seven days. */
  file: string | null;
  id: JobId;
  /** `EXPORT`, `VALIDITY`, `TEST_DATA`, `TEST_DATA_REMOVAL` or `REHEARSAL`. */
  kind: string;
  made_at: Wall;
  /** `QUEUED`, `RUNNING`, `DONE`, `FAILED` or `CANCELLED`. */
  state: string;
  /** Rows in all, once that is known. */
  total: number | null;
}

/** An edit; what is left out stays. Topic and language are what the line is, and stay. */
export interface LineEdit {
  /** Seconds to answer an offer; 0 assigns without asking. */
  accept_s?: number | null;
  /** Seconds a dropped desk or seat is held. */
  grace_s?: number | null;
  hours?: OpeningHours | null;
  /** Whether it may be asked for. Taken out of use, what waits in it goes on. */
  in_use?: boolean | null;
  /** Offers missed in a row before a counsellor is paused; 0 never pauses. */
  misses_max?: number | null;
  /** The name in Korean. */
  name?: string | null;
  /** The name in English. */
  name_en?: string | null;
  /** Place in lists. */
  order?: number | null;
  /** What its ticket numbers start with; no two lines in use share one. */
  prefix?: string | null;
  /** Seconds after which a ticket that all have declined is offered again. */
  retry_s?: number | null;
  /** Seconds a ticket waits while nobody is on duty; 0 refuses at once. */
  unstaffed_s?: number | null;
  /** The version that was read. */
  version: number;
  /** Longest wait in seconds. */
  wait_s_max?: number | null;
  /** Most tickets waiting; 0 lets nobody in. */
  waiting_max?: number | null;
  /** Seconds after which one more tier may be asked; 0 asks all at once. */
  widen_s?: number | null;
  /** Seconds to write up; 0 is no wrap-up phase. A room has one or none as it was when it opened. */
  wrap_up_s?: number | null;
}

/** Live figures of one line. */
export interface LineFigures {
  /** What a new ticket would be told. */
  eta_s: number[] | null;
  /** The line. */
  id: LineId;
  /** Inside its opening hours. */
  is_open: boolean;
  /** `ko`, `en`. */
  language: string;
  /** Seconds the longest of them has waited. */
  longest_s: number;
  /** Open and connected counsellors who serve it. */
  open: number;
  /** 0 to 1: of those who left the line in the last five minutes, who was matched in time, as the statistics count it; null for nobody. */
  service_level: number | null;
  /** Rooms talking. */
  talking: number;
  /** The topic's code. */
  topic: string;
  /** The last minutes, the same for everybody who asks. A server that was started anew knows nothing of before. */
  trend: LineTrend;
  /** Tickets waiting. */
  waiting: number;
}

/** How a line behaves; seconds where the name ends in `_s` or `_s_max`. */
export interface LineSettings {
  /** Seconds to answer an offer; 0 assigns without asking. */
  accept_s?: number;
  /** Seconds a dropped desk or seat is held. */
  grace_s?: number;
  hours?: OpeningHours | null;
  in_use?: boolean;
  /** Offers missed in a row before a counsellor is paused; 0 never pauses. */
  misses_max?: number;
  order?: number;
  prefix?: string;
  /** Seconds after which a ticket that all have declined is offered again. */
  retry_s?: number;
  /** Seconds a ticket waits while nobody is on duty; 0 refuses at once. */
  unstaffed_s?: number;
  version?: number;
  /** Longest wait in seconds. */
  wait_s_max?: number;
  /** Most tickets waiting; 0 lets nobody in. */
  waiting_max?: number;
  /** Seconds after which one more tier may be asked; 0 asks all at once. */
  widen_s?: number;
  /** Seconds to write up; 0 is no wrap-up phase. A room has one or none as it was when it opened. */
  wrap_up_s?: number;
}

/** A line, minute by minute, the oldest first: each list has one value a point. */
export interface LineTrend {
  /** Places they had. */
  capacity: number[];
  from: Wall | null;
  /** Places that the counsellors who were there held; one who serves several lines counts in each by their share. */
  held: number[];
  /** Who came to a counsellor in that minute, but for hand-overs. */
  matched: number[];
  /** Who left without a counsellor, but for those who gave up within the target. */
  missed: number[];
  /** Seconds from point to point. */
  step_s: number;
  /** Rooms that were open. */
  talking: number[];
  /** Tickets that waited when it was last looked, every ten seconds. */
  waiting: number[];
  /** Of those, who had waited no longer than the target of the statistics. */
  within_target: number[];
}

/** A line as anybody may see it; staff see its settings too. */
export type LineView = LineSettings & {
  id: LineId;
  language: string;
  name: string;
  name_en: string;
  open: boolean;
  /** It is test data: nobody is offered it, and it counts nowhere. */
  test?: boolean;
  topic: string;
};

/** A counsellor as the list shows them. */
export interface LiveCounsellor {
  /** Who. */
  account: AccountId;
  /** What they are doing. */
  activity: Activity;
  /** Rooms at once. */
  capacity: number;
  /** They have a socket. */
  connected: boolean;
  /** Places taken. */
  held: number;
  /** What they want. */
  intent: Intent;
  /** The topics they want work from now. */
  lines: string[];
  /** Their name. */
  name: string;
  /** Why they paused. */
  reason: string | null;
}

/** A room that is open. Of a group room there is neither number nor line, but a title and who opened it. */
export interface LiveRoom {
  /** The consultation it belongs to. */
  consultation?: TicketId;
  /** Who counsels. */
  counsellor?: Named;
  /** Who opened a group room. */
  creator?: Named;
  /** What a group room is for; null for nothing. */
  info?: string | null;
  /** `CONSULTATION` or `GROUP`. */
  kind: string;
  /** The line's language. */
  language?: string;
  /** The number of its last message. */
  last_seq: number;
  /** The topic's code. */
  line?: string;
  /** Who is in it. */
  members: Member[];
  /** The ticket's number for people. */
  number?: string;
  /** Since when. */
  opened_at: Wall;
  /** Where a group room's picture lies; null if it has none. */
  picture?: string | null;
  /** The room. */
  room: RoomId;
  /** `OPEN`. */
  status: string;
  /** What a group room is called. */
  title?: string;
}

/** Everything, once. SSE event `snapshot`. */
export interface LiveSnapshot {
  /** Counsellors who were open since the start. */
  counsellors: LiveCounsellor[];
  /** Rooms that are open. */
  rooms: LiveRoom[];
  /** Tickets that wait. */
  tickets: LiveTicket[];
}

/** A ticket that waits. */
export type LiveTicket = WaitingTicket & {
  /** The ticket. */
  ticket: TicketId;
};

/** That the process answers. */
export interface Liveness {
  /** `alive`. */
  status: string;
}

/** The body of `POST /api/v1/session`. */
export interface LogInRequest {
  /** Six digits, or a recovery code; where the account has a second factor. */
  code?: string | null;
  login: string;
  password: string;
}

/** A log-in. */
export interface LogInView {
  /** From where it was made. */
  address: string | null;
  /** What the browser or program called itself then. */
  agent: string | null;
  /** Whether it is the one that asks. */
  current: boolean;
  id: SessionId;
  last_used_at: Wall;
  made_at: Wall;
}

/** How many log-ins ended. */
export interface LogInsEnded {
  ended: number;
}

/** A picture. Drawn by chance alone: who knows it may see the picture. */
export type MediaId = string;

/** A seat. */
export interface MemberView {
  account: AccountId | null;
  last_seen_seq: number;
  member: MemberId;
  name: string;
  picture: string | null;
  role: Role;
  state: SeatState;
  /** A supervisor who only hears what is said. For managers to see. */
  watching: boolean;
}

/** A message. */
export interface MessageView {
  at: Wall;
  body: string;
  client_id: string;
  from: MemberId;
  id: MessageId;
  kind: MessageKind;
  room: RoomId;
  seq: number;
}

/** An account with its name. */
export interface Named {
  /** The account. */
  account: AccountId;
  /** Its name. */
  name: string;
}

/** A code to be made. */
export interface NewCode {
  /** What is stored elsewhere: capitals, digits and underscores; of a language, its letters. */
  code: string;
  /** A group there is. */
  group: string;
  /** Whether it may be chosen; true if left out. */
  in_use?: boolean | null;
  /** Place in lists; the last if left out. */
  order?: number | null;
  /** The text in Korean. */
  value: string;
  /** The text in English. */
  value_en: string;
}

/** A line to be made; a number that is left out has the default of a new line. */
export interface NewLine {
  /** Seconds to answer an offer; 0 assigns without asking. */
  accept_s?: number | null;
  /** Seconds a dropped desk or seat is held. */
  grace_s?: number | null;
  hours?: OpeningHours | null;
  /** Whether it may be asked for; true if left out. */
  in_use?: boolean | null;
  /** A code of the group LANGUAGE that is in use. */
  language: string;
  /** Offers missed in a row before a counsellor is paused; 0 never pauses. */
  misses_max?: number | null;
  /** The name in Korean. */
  name: string;
  /** The name in English. */
  name_en: string;
  /** Place in lists; the last if left out. Of the lines of a topic the first is given to whom no language is. */
  order?: number | null;
  /** What its ticket numbers start with; no two lines in use share one. */
  prefix: string;
  /** Seconds after which a ticket that all have declined is offered again. */
  retry_s?: number | null;
  /** A code of the group TOPIC; added there if it is new. */
  topic: string;
  /** Seconds a ticket waits while nobody is on duty; 0 refuses at once. */
  unstaffed_s?: number | null;
  /** Longest wait in seconds. */
  wait_s_max?: number | null;
  /** Most tickets waiting; 0 lets nobody in. */
  waiting_max?: number | null;
  /** Seconds after which one more tier may be asked; 0 asks all at once. */
  widen_s?: number | null;
  /** Seconds to write up; 0 is no wrap-up phase. A room has one or none as it was when it opened. */
  wrap_up_s?: number | null;
}

/** A notice to be made. */
export interface NewPost {
  /** Plain text. */
  body: string;
  /** Shown from then on; at once if left out. */
  from?: string | null;
  /** `NOTICE`, which it is if left out. */
  kind?: string | null;
  /** A language in use, such as `ko`. */
  language: string;
  /** Place in lists; the last if left out. */
  order?: number | null;
  title: string;
  /** Shown until then; for good if left out. */
  until?: string | null;
}

/** A reply to be made. */
export interface NewReply {
  /** The text; the page fills `{visitor}`, `{counsellor}`, `{number}` and `{line}`. */
  body: string;
  /** A language in use; one's own if left out. */
  language?: string | null;
  /** For everybody; managers and admins only. False if left out. */
  shared?: boolean | null;
  /** Letters, digits, `-` and `_`; of those one sees, none may have it already. */
  shortcut: string;
}

/** A room to be opened. */
export interface NewRoom {
  /** What it is for. */
  info?: string | null;
  /** The language of its guests' page, one in use; that of who opens it if left out. */
  language?: string | null;
  /** The `id` of a picture that was sent, or where it lies. */
  picture?: string | null;
  title: string;
}

/** The body of `POST /api/v1/accounts/staff`. */
export interface NewStaff {
  /** Whether a manager runs every line, also those to come; not if left out. */
  all_lines?: boolean | null;
  /** Rooms at once; 1 if left out. */
  capacity?: number | null;
  /** Is not verified until the person has followed a link sent to it; none if left out. */
  email?: string | null;
  /** `ko` or `en`; `ko` if left out. */
  language?: string | null;
  /** The lines served, with the tier in each; none if left out. */
  lines?: ServedLine[];
  /** Without white space. */
  login: string;
  /** The name others see. */
  name: string;
  /** The first one; whose account it is changes it. Left out, the answer has a link with which they choose one. */
  password?: string | null;
  role?: AccountRole | null;
}

/** A node. */
export interface Node {
  /** By what it hears the others: `POSTGRES`, `REDIS`; null if it has none. */
  engine: string | null;
  /** It matches. */
  matchmaker: boolean;
  /** It is the one that answers. */
  me: boolean;
  /** What people call it. */
  name: string;
  /** This run of it, as in `welcome`. */
  node: string;
  /** Open rooms that live there, without group rooms; as `sockets`. */
  rooms: number | null;
  /** Open sockets; null until it has said so. Those of others are seconds old. */
  sockets: number | null;
  /** `JOINING`, `UP`, `DRAINING`; `GONE`: this one, which the others go on without. */
  state: string;
  /** Of the program. */
  version: string;
}

/** A line as everybody may see it. */
export interface OfficeLine {
  /** Seconds somebody who asked now may expect to wait, from and to (R13); null when it cannot be said, as nobody is there to take them. */
  ahead_s: [number, number] | null;
  /** `ko`, `en`. */
  language: string;
  /** The topic's name in that language. */
  name: string;
  /** Its name in English, where that is another. */
  name_en?: string;
  /** Inside its opening hours. */
  open: boolean;
  opens_at: Wall | null;
  /** The topic's code. */
  topic: string;
  /** Tickets waiting now. */
  waiting: number;
}

/** The body of `PUT /api/v1/office`. */
export interface OfficeNameRequest {
  /** What the organisation is called. */
  name: string;
}

/** The office. */
export interface OfficeView {
  /** The only node that is there takes no more requests: it is about to restart. */
  draining: boolean;
  /** The lines that may be asked for, in their order. */
  lines: OfficeLine[];
  /** The organisation's name; null until it was given one. */
  name: string | null;
  /** IANA name of the zone that opening hours are in. */
  time_zone: string;
}

/** When a line is open: by weekday, `mon` to `sun`, the spans of the day, each from and to. */
export type OpeningHours = Record<string, Array<[string, string]>>;

/** An account as its owner sees it. */
export interface OwnAccount {
  /** A manager of every line; left out for others. */
  all_lines?: boolean;
  capacity: number;
  email: string | null;
  id: AccountId;
  language: string;
  /** The topics served. */
  lines: string[];
  login: string;
  name: string;
  /** What they may do now: less than the role for an admin without a second factor. */
  power: AccountRole;
  role: AccountRole;
  second_factor: boolean;
  second_factor_required: boolean;
}

/** One's own figures of today; a mean is null where there is nothing to divide by. */
export interface OwnDayView {
  /** `YYYY-MM-DD`, where the office is. */
  day: string;
  /** Of those, turned down. */
  declined: number;
  /** Of those, not answered in time. */
  missed: number;
  /** Times it rang. */
  offers: number;
  /** 1 to 5, of those given a score. */
  rating_mean: number | null;
  /** From match to end. */
  talk_s_mean: number | null;
  /** Consultations matched today that are over. */
  talks: number;
  /** From end to wrap-up, of those written up. */
  wrap_up_s_mean: number | null;
}

/** The body of `PUT /api/v1/session/password`. */
export interface PasswordChangeRequest {
  /** The present password. */
  current: string;
  /** The new one. */
  password: string;
}

/** `{mail}` */
export interface PasswordLinkAnswer {
  /** Whether there is a mail server. Without one no mail comes: an admin can make a link. */
  mail: boolean;
}

/** The body of `POST /api/v1/password/reset`. */
export interface PasswordLinkRequest {
  /** A login or a mail address. */
  login: string;
}

/** The body of `PUT /api/v1/password`. */
export interface PasswordResetRequest {
  /** The new password. */
  password: string;
  /** From the link. */
  token: string;
}

/** A picture that was sent in. */
export interface PictureSent {
  /** What a `picture` may be set to. */
  id: MediaId;
  /** Where it lies. */
  url: string;
}

/** An edit; what is left out stays. */
export interface PostEdit {
  /** Plain text. */
  body?: string | null;
  /** Shown from then on; null for at once. */
  from?: string | null;
  /** A language in use, such as `ko`. */
  language?: string | null;
  /** Place in lists. */
  order?: number | null;
  title?: string | null;
  /** Shown until then; null for good. */
  until?: string | null;
  /** The version that was read. */
  version: number;
}

/** A notice. */
export type PostId = string;

/** A notice. */
export interface PostView {
  body: string;
  from: Wall | null;
  id: PostId;
  kind: string;
  language: string;
  order: number;
  title: string;
  until: Wall | null;
  version: number;
}

/** What every refusal and failure is answered with (RFC 9457). */
export interface Problem {
  code: string;
  detail: string;
  errors?: FieldFault[];
  request_id: string;
  status: number;
  title: string;
  type: string;
}

/** The body of `POST /api/v1/session/proof`. */
export interface ProofRequest {
  /** Six digits, or a recovery code; where the account has a second factor. */
  code?: string | null;
  /** The present password. */
  password: string;
}

/** What may keep traffic away, each by its name. */
export interface Readiness {
  /** This node among others: `alone`: it is the only one; `joining`; `ok`; `gone`: the others go on without it, and it begins anew. */
  cluster: string;
  /** `ok`; `failed`; `stalled`: it neither answers nor fails; `missing`: its file was deleted or replaced; `taken`: another server may have it. */
  database: string;
  draining: boolean;
  /** `ok`; `failed`; `stalled`. */
  journal: string;
  /** Who matches: `here`, `there`: another node; `none`, as far as is known. With none it is ready all the same: who asks waits for one. */
  matchmaker: string;
  /** As many connections are open as can be served. */
  overloaded: boolean;
  status: string;
}

/** The body of a change that needs a reason. */
export interface ReasonRequest {
  reason: string;
  /** The version that was read. */
  version: number;
}

/** The recovery codes, shown once. */
export interface RecoveryCodes {
  /** Ten; each counts once. */
  recovery_codes: string[];
}

/** A rehearsal that was begun. */
export interface RehearsalBegun {
  id: JobId;
}

/** A rehearsal. */
export interface RehearsalView {
  began_at: Wall;
  ended_at: Wall | null;
  /** Why it failed. */
  error: string | null;
  id: JobId;
  /** `RUNNING`, `DONE`, `FAILED` or `CANCELLED`. */
  state: string;
  /** In the order in which they are played. */
  steps: StepShown[];
}

/** An edit; what is left out stays. Whose it is stays. */
export interface ReplyEdit {
  /** The text; the page fills `{visitor}`, `{counsellor}`, `{number}` and `{line}`. */
  body?: string | null;
  /** A language in use. */
  language?: string | null;
  /** Letters, digits, `-` and `_`; of those one sees, none may have it already. */
  shortcut?: string | null;
  /** The version that was read. */
  version: number;
}

/** A text that staff have at hand. */
export type ReplyId = string;

/** A reply. */
export interface ReplyView {
  body: string;
  id: ReplyId;
  language: string;
  /** One's own. */
  mine: boolean;
  /** Everybody has it. */
  shared: boolean;
  shortcut: string;
  version: number;
}

/** A room of the list changed. SSE event `room`. */
export type RoomChange = {
  /** Which. */
  id: RoomId;
  /** As it is. */
  item: LiveRoom;
  op: 'put';
} | {
  /** Which. */
  id: RoomId;
  op: 'drop';
};

/** Who opened a room. */
export interface RoomCreator {
  id: AccountId;
  name: string;
}

/** An edit; what is left out stays. */
export interface RoomEdit {
  /** What it is for; null for nothing. */
  info?: string | null;
  /** The `id` of a picture that was sent, or where it lies; null for none. */
  picture?: string | null;
  title?: string | null;
}

/** The body of an end; it may be left out. */
export interface RoomEndRequest {
  /** Why, for the record. */
  reason?: string | null;
}

/** Messages by sequence number; `next` is the `after` of the next page. */
export interface RoomMessages {
  items: MessageView[];
  next: number | null;
}

/** To whom a talk is moved, and why: exactly one of `line` and `counsellor`. */
export interface RoomMoveRequest {
  counsellor?: AccountId | null;
  /** The topic of a line: whoever of it can take the talk now is asked. */
  line?: string | null;
  /** For who is asked, and for the record. */
  reason: string;
}

/** A room. */
export interface RoomView {
  closed_at: Wall | null;
  consultation: TicketId | null;
  /** A group room's: who opened it. */
  creator?: RoomCreator;
  end_note: string | null;
  end_reason: EndReason | null;
  ended_by: MemberId | null;
  id: RoomId;
  /** A group room's: what it is for; null for nothing. */
  info?: string | null;
  kind: string;
  /** A group room's: the language of its guests' page. */
  language?: string;
  last_seq: number;
  /** An open group room's: what guests come in by. */
  link?: string;
  /** A group room's: seats taken. */
  members?: number;
  opened_at: Wall;
  /** A group room's: where its picture lies; null for none. */
  picture?: string | null;
  /** The link as a QR code: an SVG document. Not in lists. */
  qr?: string;
  status: string;
  title: string | null;
}

/** The body of `PUT /api/v1/session/second-factor`. */
export interface SecondFactorConfirmRequest {
  /** Six digits, from the authenticator. */
  code: string;
}

/** The body of `DELETE /api/v1/session/second-factor`. */
export interface SecondFactorRemoveRequest {
  /** Six digits, or a recovery code. */
  code: string;
  /** The present password. */
  password: string;
}

/** The body of `POST /api/v1/session/second-factor`. */
export interface SecondFactorRequest {
  /** The present password. */
  password: string;
}

/** What an authenticator needs, shown once. */
export interface SecondFactorSecret {
  /** The URL as a picture, SVG. */
  qr: string;
  /** The shared secret, base32. */
  secret: string;
  /** `otpauth://…` */
  url: string;
}

/** A line to be served. */
export interface ServedLine {
  line: LineId;
  /** 0 is asked first. */
  tier?: number;
}

/** A line somebody serves. */
export interface ServedView {
  line: LineId;
  /** 0 is asked first. */
  tier: number;
  topic: string;
}

/** `{account, time_zone, mail}` */
export interface SessionView {
  account: OwnAccount;
  /** Whether there is a mail server: without one no link reaches anybody by mail. */
  mail: boolean;
  /** IANA name of the office's zone. */
  time_zone: string;
}

/** `{account: {id}}` */
export interface SetUpDone {
  account: FirstAccount;
}

/** The body of `POST /api/v1/setup`. */
export interface SetUpRequest {
  login: string;
  name: string;
  password: string;
  /** The part of the link after `#`. */
  token: string;
}

/** The body of `POST /api/v1/accounts`. */
export interface SignUpRequest {
  email: string;
  /** `ko` or `en`; `ko` if left out. */
  language?: string | null;
  /** Without white space. */
  login: string;
  /** The name others see. */
  name: string;
  password: string;
}

/** `{account: {id}, mail}` */
export interface SignedUp {
  account: SignedUpAccount;
  /** Whether there is a mail server. Without one no mail comes: an admin may let them in as they are. */
  mail: boolean;
}

/** The account that was asked for. */
export interface SignedUpAccount {
  id: AccountId;
}

/** Figures; a mean is null where there is nothing to divide by. */
export interface StatView {
  /** Who gave up before. */
  abandoned: number;
  /** When the hour or the day begins. */
  at?: Wall;
  counsellor?: AccountId | null;
  counsellor_name?: string;
  /** Who waited too long, or for whom nobody was there. */
  expired: number;
  /** The topic of the line. */
  line?: string;
  line_id?: string;
  /** Of those who are done: who came to a counsellor. */
  matched: number;
  /** Of those, who still wait or talk; also who was done so few seconds ago that the other figures do not count them yet. */
  open: number;
  /** The same with its sign: positive where people waited longer than they were told. */
  predicted_bias_s_mean: number | null;
  /** How far waits were from the middle of what was predicted. */
  predicted_error_s_mean: number | null;
  rating_mean: number | null;
  /** Who was never let into the line. */
  refused: number;
  /** All who asked in this time, by the moment they asked. */
  requested: number;
  /** 0 to 1: `within_target` of all who are done and were let into the line, but for those who gave up within `target_s`. */
  service_level: number | null;
  talk_s_mean: number | null;
  /** The wait that half of the matched did not exceed: the wait of one of them (the nearest rank), to the second up to ten minutes, to 2 % above. Null also while it is not known, for minutes after an update from a version that did not keep waits one by one. */
  wait_p50_s: number | null;
  /** The same of nine tenths of them. */
  wait_p90_s: number | null;
  wait_s_mean: number | null;
  /** Of the matched: within `target_s`. */
  within_target: number;
  wrap_up_s_mean: number | null;
}

/** Figures of those who asked in a time. */
export interface Stats {
  items: StatView[];
  /** Who is matched within so many seconds was matched in time. */
  target_s: number;
}

/** A step. */
export type Step = 'CONNECT' | 'ASK' | 'OFFER' | 'ACCEPT' | 'TALK' | 'CUT' | 'RESUME' | 'END' | 'RATE' | 'WRAP_UP' | 'RECORD' | 'CLEAN';

/** A step as it is shown. */
export interface StepShown {
  /** What failed, and what to do. */
  detail?: string;
  /** How long it took, in milliseconds. */
  ms?: number;
  /** Where it stands. */
  state: StepState;
  /** Which. */
  step: Step;
}

/** Where a step stands. */
export type StepState = 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED';

/** What is to be made. */
export interface TestDataRequest {
  /** So many consultations, most of them with messages, results and scores. */
  consultations: number;
  /** Spread over so many days, up to yesterday. */
  days: number;
  /** `ko` or `en`: in which they talk. */
  language: string;
}

/** How much test data there is, and what goes on. */
export interface TestDataView {
  accounts: number;
  consultations: number;
  lines: number;
  messages: number;
  rehearsal: JobId | null;
  running: JobView | null;
}

/** A ticket of the list changed. SSE event `ticket`. */
export type TicketChange = {
  /** Which. */
  id: TicketId;
  /** As it is. */
  item: LiveTicket;
  op: 'put';
} | {
  /** Which. */
  id: TicketId;
  op: 'drop';
};

/** What a follower of a ticket is told; the field `event` names the SSE event. */
export type TicketEvent = {
  /** Tickets before it. */
  ahead: number;
  /** The wait expected, from and to, in seconds. */
  eta_s?: [number, number] | null;
  event: 'position';
  /** Its number for people. */
  number: string;
  /** The ticket. */
  ticket: TicketId;
} | {
  event: 'matched';
  /** Its number for people. */
  number: string;
  /** The ticket. */
  ticket: TicketId;
} | {
  event: 'closed';
  /** Its number for people. */
  number: string;
  /** Why. */
  reason: ClosedReason;
  /** The ticket. */
  ticket: TicketId;
};

/** Where a ticket goes, and why. */
export interface TicketMoveRequest {
  /** For the record. */
  reason: string;
  /** The topic of the line. */
  topic: string;
}

/** Where a ticket that waits stands, as the list shows it. */
export type TicketStage = 'WAITING' | 'OFFERED' | 'PAIRING';

/** Something that happened. */
export interface TimelineEntry {
  at: Wall;
  /** An account. */
  by?: AccountId;
  /** Its name now. */
  by_name?: string;
  detail: unknown;
  /** `REQUESTED`, `OFFERED`, `DECLINED`, `MISSED`, `WITHDRAWN`, `MATCHED`, `ROOM_ENDED`, `RETURNED`, `TRANSFER_ASKED`, `TRANSFER_ENDED`, `TRANSFERRED`, `MOVED`, `WROTE_UP`, `ENDED`, `WRAPPED_UP`, `RATED`, `CORRECTED`, `EDITED` or `WHISPER`: the words are in the detail. In a group room `OPENED`, `JOINED`, `LEFT`, `SAID` or `ENDED`: the name they had there is in the detail. */
  kind: string;
}

/** A token with which a program acts for an account. */
export type TokenId = string;

/** A new token. */
export interface TokenMade {
  expires_at: Wall;
  id: TokenId;
  name: string;
  scopes: TokenScope[];
  /** Shown this once. */
  token: string;
}

/** The body of `POST /api/v1/tokens`. */
export interface TokenRequest {
  /** From then on it does not count; at most a year from now, and that if left out. */
  expires_at?: string | null;
  /** For its owner to know it by. */
  name: string;
  /** What it may do, besides what its account may: `read` is every GET, `write` what changes something, `admin` what is for admins. `["read", "write"]` if left out. */
  scopes?: TokenScope[] | null;
}

/** What a token may do, of what its account may. */
export type TokenScope = 'read' | 'write' | 'admin';

/** A token, as far as it is shown again. */
export interface TokenView {
  expires_at: Wall | null;
  id: TokenId;
  last_used_at: Wall | null;
  made_at: Wall;
  name: string;
  scopes: TokenScope[];
}

/** The body of `PUT /api/v1/accounts/{id}/validity`. A bound that is left out stays; null takes it away. */
export interface ValidityRequest {
  /** No log-in before. */
  from?: string | null;
  reason: string;
  /** No log-in from then on; later than `from`. */
  until?: string | null;
  /** The version that was read. */
  version: number;
}

/** `{account: {login, approved}}` */
export interface Verified {
  account: VerifiedAccount;
}

/** Whose address it is, and whether they may log in already. */
export interface VerifiedAccount {
  approved: boolean;
  login: string;
}

/** The body of `POST /api/v1/accounts/verify`. */
export interface VerifyRequest {
  /** From the link. */
  token: string;
}

/** The body of what names the version it means, if it cares. */
export interface VersionRequest {
  /** The version that was read; left out, whatever is on file is meant. */
  version?: number | null;
}

/** A waiting ticket as the list shows it. Its place follows from `requested_at` and `priority`. */
export interface WaitingTicket {
  desk: DeskId | null;
  /** Its desk has a socket. */
  here: boolean;
  /** The line's language. */
  language: string;
  /** The topic's code. */
  line: string;
  /** The visitor's own name for themselves. */
  nickname: string | null;
  /** Its number for people. */
  number: string;
  /** 0 to 9. */
  priority: number;
  /** The moment that decides its place. */
  requested_at: Wall;
  /** Where it stands. */
  stage: TicketStage;
}
