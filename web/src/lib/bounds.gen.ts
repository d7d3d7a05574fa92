// Generated from docs/openapi.json by `make generate`. Do not edit.

/** Of the body `AccountEdit`. */
export const ACCOUNT_EDIT = {
  capacity: { min: 1, max: 50 },
  email: { chars_min: 1, chars_max: 254 },
  name: { chars_min: 1, chars_max: 40 },
} as const;

/** Of the body `ApprovalRequest`. */
export const APPROVAL_REQUEST = {
  capacity: { min: 1, max: 50 },
} as const;

/** Of the body `CodeEdit`. */
export const CODE_EDIT = {
  order: { min: 0, max: 9_999 },
  value: { chars_min: 1, chars_max: 60 },
  value_en: { chars_min: 1, chars_max: 60 },
} as const;

/** Of the body `ConsultationEdit`. */
export const CONSULTATION_EDIT = {
  memo: { chars_max: 2_000 },
  result_code: { chars_min: 1, chars_max: 40 },
} as const;

/** Of the body `DeskEdit`. */
export const DESK_EDIT = {
  name: { chars_min: 1, chars_max: 40 },
  place: { chars_max: 100 },
} as const;

/** Of the body `DeskRegistration`. */
export const DESK_REGISTRATION = {
  name: { chars_min: 1, chars_max: 40 },
  place: { chars_max: 100 },
} as const;

/** Of the body `EnrolRequest`. */
export const ENROL_REQUEST = {
  token: { chars_min: 1, chars_max: 512 },
} as const;

/** Of the body `ExportRequest`. */
export const EXPORT_REQUEST = {
  q: { chars_min: 1, chars_max: 200 },
  rating: { min: 1, max: 5 },
  waited_over_s: { min: 0 },
} as const;

/** Of the body `LineEdit`. */
export const LINE_EDIT = {
  accept_s: { min: 0, max: 600 },
  grace_s: { min: 0, max: 3_600 },
  hours: { items_max: 8 },
  misses_max: { min: 0, max: 100 },
  name: { chars_min: 1, chars_max: 60 },
  name_en: { chars_min: 1, chars_max: 60 },
  order: { min: 0, max: 9_999 },
  prefix: { chars_min: 1, chars_max: 3, form: /^[A-Za-z]{1,3}$/ },
  retry_s: { min: 1, max: 3_600 },
  unstaffed_s: { min: 0, max: 86_400 },
  wait_s_max: { min: 1, max: 86_400 },
  waiting_max: { min: 0, max: 100_000 },
  widen_s: { min: 0, max: 86_400 },
  wrap_up_s: { min: 0, max: 3_600 },
} as const;

/** Of the body `LogInRequest`. */
export const LOG_IN_REQUEST = {
  code: { chars_min: 1, chars_max: 40 },
  login: { chars_min: 1, chars_max: 100 },
} as const;

/** Of the body `NewCode`. */
export const NEW_CODE = {
  code: { chars_min: 1, chars_max: 40 },
  group: { chars_min: 1, chars_max: 40 },
  order: { min: 0, max: 9_999 },
  value: { chars_min: 1, chars_max: 60 },
  value_en: { chars_min: 1, chars_max: 60 },
} as const;

/** Of the body `NewLine`. */
export const NEW_LINE = {
  accept_s: { min: 0, max: 600 },
  grace_s: { min: 0, max: 3_600 },
  hours: { items_max: 8 },
  misses_max: { min: 0, max: 100 },
  name: { chars_min: 1, chars_max: 60 },
  name_en: { chars_min: 1, chars_max: 60 },
  order: { min: 0, max: 9_999 },
  prefix: { chars_min: 1, chars_max: 3, form: /^[A-Za-z]{1,3}$/ },
  retry_s: { min: 1, max: 3_600 },
  topic: { chars_min: 1, chars_max: 40, form: /^[A-Z][A-Z0-9_]*$/ },
  unstaffed_s: { min: 0, max: 86_400 },
  wait_s_max: { min: 1, max: 86_400 },
  waiting_max: { min: 0, max: 100_000 },
  widen_s: { min: 0, max: 86_400 },
  wrap_up_s: { min: 0, max: 3_600 },
} as const;

/** Of the body `NewPost`. */
export const NEW_POST = {
  body: { chars_min: 1, chars_max: 2_000 },
  order: { min: 0, max: 9_999 },
  title: { chars_min: 1, chars_max: 80 },
} as const;

/** Of the body `NewReply`. */
export const NEW_REPLY = {
  body: { chars_min: 1, chars_max: 2_000 },
  shortcut: { chars_min: 1, chars_max: 30 },
} as const;

/** Of the body `NewRoom`. */
export const NEW_ROOM = {
  info: { chars_max: 500 },
  title: { chars_min: 1, chars_max: 60 },
} as const;

/** Of the body `NewStaff`. */
export const NEW_STAFF = {
  capacity: { min: 1, max: 50 },
  email: { chars_min: 1, chars_max: 254 },
  login: { chars_min: 1, chars_max: 100 },
  name: { chars_min: 1, chars_max: 40 },
  password: { chars_min: 8, chars_max: 200 },
} as const;

/** Of the body `OfficeNameRequest`. */
export const OFFICE_NAME_REQUEST = {
  name: { chars_min: 1, chars_max: 60 },
} as const;

/** Of the body `PasswordChangeRequest`. */
export const PASSWORD_CHANGE_REQUEST = {
  password: { chars_min: 8, chars_max: 200 },
} as const;

/** Of the body `PasswordLinkRequest`. */
export const PASSWORD_LINK_REQUEST = {
  login: { chars_min: 1, chars_max: 254 },
} as const;

/** Of the body `PasswordResetRequest`. */
export const PASSWORD_RESET_REQUEST = {
  password: { chars_min: 8, chars_max: 200 },
} as const;

/** Of the body `PostEdit`. */
export const POST_EDIT = {
  body: { chars_min: 1, chars_max: 2_000 },
  order: { min: 0, max: 9_999 },
  title: { chars_min: 1, chars_max: 80 },
} as const;

/** Of the body `ProofRequest`. */
export const PROOF_REQUEST = {
  code: { chars_min: 1, chars_max: 40 },
} as const;

/** Of the body `ReasonRequest`. */
export const REASON_REQUEST = {
  reason: { chars_min: 1, chars_max: 500 },
} as const;

/** Of the body `ReplyEdit`. */
export const REPLY_EDIT = {
  body: { chars_min: 1, chars_max: 2_000 },
  shortcut: { chars_min: 1, chars_max: 30 },
} as const;

/** Of the body `RoomEdit`. */
export const ROOM_EDIT = {
  info: { chars_max: 500 },
  title: { chars_min: 1, chars_max: 60 },
} as const;

/** Of the body `RoomEndRequest`. */
export const ROOM_END_REQUEST = {
  reason: { chars_min: 1, chars_max: 500 },
} as const;

/** Of the body `RoomMoveRequest`. */
export const ROOM_MOVE_REQUEST = {
  line: { chars_min: 1, chars_max: 40 },
  reason: { chars_min: 1, chars_max: 200 },
} as const;

/** Of the body `ServedLine`. */
export const SERVED_LINE = {
  tier: { min: 0 },
} as const;

/** Of the body `SetUpRequest`. */
export const SET_UP_REQUEST = {
  login: { chars_min: 1, chars_max: 100 },
  name: { chars_min: 1, chars_max: 40 },
  password: { chars_min: 8, chars_max: 200 },
} as const;

/** Of the body `SignUpRequest`. */
export const SIGN_UP_REQUEST = {
  email: { chars_min: 1, chars_max: 254 },
  login: { chars_min: 1, chars_max: 100 },
  name: { chars_min: 1, chars_max: 40 },
  password: { chars_min: 8, chars_max: 200 },
} as const;

/** Of the body `TestDataRequest`. */
export const TEST_DATA_REQUEST = {
  consultations: { min: 1, max: 5_000 },
  days: { min: 1, max: 90 },
} as const;

/** Of the body `TicketMoveRequest`. */
export const TICKET_MOVE_REQUEST = {
  reason: { chars_min: 1, chars_max: 200 },
  topic: { chars_min: 1, chars_max: 40 },
} as const;

/** Of the body `TokenRequest`. */
export const TOKEN_REQUEST = {
  name: { chars_min: 1, chars_max: 100 },
} as const;

/** Of the body `ValidityRequest`. */
export const VALIDITY_REQUEST = {
  reason: { chars_min: 1, chars_max: 500 },
} as const;

/** Of the query of `GET /api/v1/accounts`. */
export const GET_ACCOUNTS = {
  q: { chars_max: 100 },
  limit: { min: 1, max: 200 },
} as const;

/** Of the query of `GET /api/v1/audits`. */
export const GET_AUDITS = {
  limit: { min: 1, max: 200 },
} as const;

/** Of the query of `GET /api/v1/codes`. */
export const GET_CODES = {
  group: { chars_min: 1, chars_max: 40 },
} as const;

/** Of the query of `GET /api/v1/consultations`. */
export const GET_CONSULTATIONS = {
  rating: { min: 1, max: 5 },
  waited_over_s: { min: 0 },
  q: { chars_min: 1, chars_max: 200 },
  limit: { min: 1, max: 200 },
} as const;

/** Of the query of `GET /api/v1/desks`. */
export const GET_DESKS = {
  limit: { min: 1, max: 200 },
} as const;

/** Of the query of `GET /api/v1/jobs`. */
export const GET_JOBS = {
  limit: { min: 1, max: 200 },
} as const;

/** Of the query of `GET /api/v1/lines/stats`. */
export const GET_LINES_STATS = {
  minutes: { min: 0, max: 1_440 },
} as const;

/** Of the query of `GET /api/v1/rooms`. */
export const GET_ROOMS = {
  limit: { min: 1, max: 200 },
} as const;

/** Of the query of `GET /api/v1/rooms/{id}/messages`. */
export const GET_ROOMS_ID_MESSAGES = {
  after: { min: 0 },
  limit: { min: 1, max: 200 },
} as const;

/** Of the query of `GET /api/v1/rooms/{id}/timeline`. */
export const GET_ROOMS_ID_TIMELINE = {
  limit: { min: 1, max: 200 },
} as const;

/** Of the query of `GET /api/v1/sessions`. */
export const GET_SESSIONS = {
  limit: { min: 1, max: 200 },
} as const;
