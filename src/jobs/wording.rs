//! Codes in words, for who reads a spreadsheet and not the API: in Korean or in English.

use std::collections::HashMap;

use diesel::QueryResult;

use crate::ids::{DeskId, LineId};
use crate::storage::AnyConnection;
use crate::storage::centre::{codes, desks, lines};

/// Where consultations stand: the code, in Korean and in English, as the pages say it.
const STATUSES: [(&str, &str, &str); 8] = [
    ("WAITING", "대기", "Waiting"),
    ("TALKING", "상담 중", "Talking"),
    ("WRAP_UP", "정리 중", "Wrap-up"),
    ("DONE", "완료", "Done"),
    ("CANCELLED", "취소", "Cancelled"),
    ("ABANDONED", "이탈", "Abandoned"),
    ("EXPIRED", "시간 초과", "Expired"),
    ("REFUSED", "거절", "Refused"),
];
/// Why they ended, likewise.
const ENDS: [(&str, &str, &str); 11] = [
    ("DONE", "상담을 마침", "finished"),
    ("DESK_LEFT", "방문자가 나감", "the visitor left"),
    ("COUNSELLOR_LOST", "상담사 연결이 오래 끊김", "the counsellor’s connection was lost for too long"),
    ("ADMIN", "관리자가 종료함", "ended by an administrator"),
    ("TRANSFERRED", "다른 상담사에게 넘김", "handed over to another counsellor"),
    ("EXPIRED", "시간이 지남", "time ran out"),
    ("CANCELLED", "방문자가 취소함", "cancelled by the visitor"),
    ("FULL", "대기 정원이 참", "too many were waiting"),
    ("CLOSED_HOURS", "운영 시간이 아님", "outside opening hours"),
    ("UNSTAFFED", "상담사가 없음", "no counsellor on duty"),
    ("REPLACED", "새 요청으로 바뀜", "a newer request took its place"),
];

/// The words of one language. What has none stands as its code.
pub(super) struct Wording {
    english: bool,
    lines: HashMap<LineId, String>,
    desks: HashMap<DeskId, String>,
    languages: HashMap<String, String>,
    results: HashMap<String, String>,
}

impl Wording {
    /// As the office names things now; `language` is `ko` or `en`.
    pub(super) fn read(conn: &mut AnyConnection, language: &str) -> QueryResult<Self> {
        let english = language == "en";
        let chosen = |ko: String, en: String| if english && !en.is_empty() { en } else { ko };
        let mut of_group = |group| -> QueryResult<HashMap<String, String>> {
            let codes = codes::every(conn, Some(group))?;
            Ok(codes.into_iter().map(|code| (code.code, chosen(code.value, code.value_en))).collect())
        };
        let (languages, results) = (of_group(codes::LANGUAGE)?, of_group(codes::RESULT)?);
        let lines = lines::every(conn)?.into_iter().map(|line| (line.id, chosen(line.name, line.name_en))).collect();
        let desks = desks::names(conn)?.into_iter().collect();
        Ok(Self { english, lines, desks, languages, results })
    }

    pub(super) fn status(&self, code: &str) -> String {
        self.fixed(&STATUSES, code)
    }

    pub(super) fn end(&self, code: &str) -> String {
        self.fixed(&ENDS, code)
    }

    pub(super) fn line(&self, id: LineId, topic: &str) -> String {
        self.lines.get(&id).map_or_else(|| topic.to_owned(), Clone::clone)
    }

    pub(super) fn desk(&self, id: DeskId) -> String {
        self.desks.get(&id).map_or_else(|| id.to_string(), Clone::clone)
    }

    pub(super) fn language(&self, code: &str) -> String {
        self.languages.get(code).map_or(code, String::as_str).to_owned()
    }

    pub(super) fn result(&self, code: &str) -> String {
        self.results.get(code).map_or(code, String::as_str).to_owned()
    }

    fn fixed(&self, table: &[(&str, &str, &str)], code: &str) -> String {
        let found = table.iter().find(|(known, ..)| *known == code);
        found.map_or(code, |(_, ko, en)| if self.english { en } else { ko }).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ClosedReason, EndReason};
    use crate::storage::talk::tickets::Status;

    #[test]
    fn every_code_of_the_record_has_words_in_both_languages() {
        for status in Status::ALL {
            assert!(STATUSES.iter().any(|(code, ..)| *code == status.code()), "{status:?}");
        }
        use ClosedReason::{Cancelled, ClosedHours, Expired, Full, Replaced, Unstaffed};
        let closed = [Cancelled, Expired, Full, ClosedHours, Unstaffed, Replaced].map(ClosedReason::code);
        use EndReason::{Admin, CounsellorLost, DeskLeft, Done, Transferred};
        let ended = [Done, DeskLeft, CounsellorLost, Admin, Transferred, EndReason::Expired].map(EndReason::code);
        for code in closed.into_iter().chain(ended) {
            assert!(ENDS.iter().any(|(known, ..)| *known == code), "{code}");
        }
    }
}
