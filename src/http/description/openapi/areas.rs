//! The areas of the API, and where each keeps its things.

/// A tag, what it is, and the tables it keeps its things in.
pub const AREAS: &[(&str, &str, &[&str])] = &[
    (
        "session",
        "Being logged in, and one's own account.",
        &["ACCOUNT_SESSION", "ACCOUNT_NETWORK", "ACCOUNT", "RECOVERY_CODE"],
    ),
    ("tokens", "Personal tokens, for programs.", &["API_TOKEN"]),
    (
        "accounts",
        "People with a log-in: sign-up, approval, validity, lines.",
        &["ACCOUNT", "ACCOUNT_LINE", "ACCOUNT_LINK", "MAIL"],
    ),
    ("desks", "Registered places to ask from, their keys and enrolment.", &["DESK"]),
    ("lines", "The queues: hours, limits, timeouts.", &["LINE", "ACCOUNT_LINE"]),
    ("codes", "Codes kept as data.", &["COMMON_CODE"]),
    ("office", "What everybody may see: the lines as they are, whose number is called.", &["INSTALLATION", "LINE"]),
    ("posts", "Notices to everybody.", &["POST"]),
    ("replies", "Texts that staff have at hand.", &["CANNED_REPLY"]),
    ("rooms", "Where people talk, now and on file.", &["ROOM", "ROOM_MEMBER", "MESSAGE"]),
    ("media", "Pictures of rooms and guests.", &["MEDIA"]),
    ("tickets", "Requests that wait.", &["CONSULTATION", "MOVED_NUMBER"]),
    (
        "consultations",
        "The history: one record from request to wrap-up.",
        &["CONSULTATION", "CONSULTATION_EVENT", "ROOM", "ROOM_MEMBER", "MESSAGE", "WHISPER", "JOB"],
    ),
    ("jobs", "Long work, with its progress and its file.", &["JOB", "JOB_FILE"]),
    ("statistics", "Figures by line, counsellor, hour and day.", &["STAT_HOUR", "CONSULTATION", "CONSULTATION_EVENT"]),
    ("audits", "Who did what to whose data.", &["AUDIT"]),
    (
        "test data",
        "Made up and marked, to try things out; it counts nowhere.",
        &["LINE", "ACCOUNT", "CONSULTATION", "ROOM", "ROOM_MEMBER", "MESSAGE", "JOB"],
    ),
    ("operation", "For those who watch over the server.", &["INSTALLATION", "NODE", "LEASE"]),
];
