//! What made people say, in two languages: short talks as they come up at a counter.

/// A talk: what it is about, what is said (the visitor begins, then in turn), and the memo.
pub(super) struct Script {
    pub(super) note: &'static str,
    pub(super) said: &'static [&'static str],
    pub(super) memo: &'static str,
}

const KOREAN: [Script; 6] = [
    Script {
        note: "지원금 신청 방법",
        said: &[
            "안녕하세요, 지원금은 어떻게 신청하나요?",
            "안녕하세요. 신분증과 통장 사본을 준비하시면 온라인으로 신청하실 수 있습니다.",
            "통장은 제 이름이 아니어도 되나요?",
            "본인 명의 통장만 가능합니다.",
            "네, 감사합니다.",
        ],
        memo: "지원금 신청 방법과 준비 서류 안내함",
    },
    Script {
        note: "서류 접수 확인",
        said: &[
            "지난주에 낸 서류가 접수됐는지 궁금합니다.",
            "확인해 보겠습니다. 접수되어 있고, 이번 주에 결과를 문자로 보내 드립니다.",
            "다행이네요. 고맙습니다.",
        ],
        memo: "접수 확인, 결과 문자 예정",
    },
    Script {
        note: "방문 예약 변경",
        said: &[
            "내일 예약을 다음 주로 바꾸고 싶어요.",
            "다음 주 화요일 오전 10시와 목요일 오후 2시가 비어 있습니다.",
            "목요일로 부탁드립니다.",
            "목요일 오후 2시로 바꾸어 드렸습니다.",
        ],
        memo: "방문 예약을 목요일 14시로 변경",
    },
    Script {
        note: "증명서 발급",
        said: &[
            "증명서를 영문으로도 받을 수 있나요?",
            "네, 신청서에서 영문을 고르시면 됩니다. 수수료는 같습니다.",
            "바로 나오나요?",
            "영문은 하루 걸립니다.",
        ],
        memo: "영문 증명서 안내, 하루 소요",
    },
    Script {
        note: "홈페이지 로그인 오류",
        said: &[
            "홈페이지에 로그인이 안 됩니다.",
            "어떤 글이 보이시나요?",
            "비밀번호를 다섯 번 틀렸다고 나와요.",
            "잠금을 풀어 드렸습니다. 새 비밀번호를 정해 주세요.",
            "이제 됩니다!",
        ],
        memo: "로그인 잠금 해제, 비밀번호 재설정 안내",
    },
    Script {
        note: "환불 문의",
        said: &["취소한 수업의 환불은 언제 되나요?", "취소하신 날부터 영업일로 3일에서 5일 걸립니다.", "알겠습니다."],
        memo: "환불 기간 안내",
    },
];

const ENGLISH: [Script; 6] = [
    Script {
        note: "How to apply for a grant",
        said: &[
            "Hello, how do I apply for the grant?",
            "Hello. With your ID and a copy of your bank book you can apply online.",
            "Does the account have to be in my name?",
            "Yes, it has to be your own.",
            "Thank you.",
        ],
        memo: "Explained the application and the papers needed",
    },
    Script {
        note: "Have my papers arrived?",
        said: &[
            "I handed in papers last week. Have they arrived?",
            "Let me look. They have, and you will get the result by text message this week.",
            "Good to hear, thanks.",
        ],
        memo: "Papers are in; result by text message",
    },
    Script {
        note: "Change an appointment",
        said: &[
            "I would like to move tomorrow's appointment to next week.",
            "Tuesday at 10 and Thursday at 2 are free.",
            "Thursday, please.",
            "Done: Thursday at 2 in the afternoon.",
        ],
        memo: "Appointment moved to Thursday 14:00",
    },
    Script {
        note: "A certificate in English",
        said: &[
            "Can I have the certificate in English too?",
            "Yes, choose English on the form. The fee is the same.",
            "Do I get it at once?",
            "The English one takes a day.",
        ],
        memo: "Explained certificates in English, one day",
    },
    Script {
        note: "I cannot log in",
        said: &[
            "I cannot log in to the website.",
            "What does it say?",
            "That I got the password wrong five times.",
            "I have unlocked it. Please choose a new password.",
            "It works now!",
        ],
        memo: "Unlocked the log-in, new password",
    },
    Script {
        note: "When is my refund?",
        said: &[
            "When do I get the money back for the course I cancelled?",
            "Three to five working days after you cancelled.",
            "I see, thanks.",
        ],
        memo: "Explained how long refunds take",
    },
];

/// The talks of a language.
pub(super) fn scripts(language: &str) -> &'static [Script] {
    if language == "en" { &ENGLISH } else { &KOREAN }
}

/// What test counsellors are called: nobody takes them for colleagues.
pub(super) fn names(language: &str) -> &'static [&'static str] {
    if language == "en" {
        &["Test counsellor 1", "Test counsellor 2", "Test counsellor 3", "Test counsellor 4"]
    } else {
        &["시험 상담사 1", "시험 상담사 2", "시험 상담사 3", "시험 상담사 4"]
    }
}

/// What visitors call themselves.
pub(super) fn visitors(language: &str) -> &'static [&'static str] {
    if language == "en" {
        &["Visitor Ash", "Visitor Birch", "Visitor Cedar", "Visitor Elm", "Visitor Oak"]
    } else {
        &["시험 방문자 가", "시험 방문자 나", "시험 방문자 다", "시험 방문자 라", "시험 방문자 마"]
    }
}

/// What comes with a good score.
pub(super) fn thanks(language: &str) -> &'static str {
    if language == "en" { "Quick and kind." } else { "빠르고 친절했습니다." }
}
