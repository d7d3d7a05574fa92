//! What made people say. The vocabulary has words that everybody uses, words that few use, and
//! names and numbers that hardly anybody does, so that a search meets all of them.

use crate::jobs::Dice;

const SUBJECTS: [&str; 96] = [
    "신청",
    "서류",
    "접수",
    "지원금",
    "대출",
    "환급",
    "연금",
    "보험",
    "주택",
    "전세",
    "월세",
    "계약",
    "이사",
    "취업",
    "교육",
    "훈련",
    "급여",
    "퇴직금",
    "실업급여",
    "휴직",
    "육아",
    "출산",
    "병원",
    "진료",
    "검진",
    "예방접종",
    "처방",
    "입원",
    "간병",
    "장애",
    "돌봄",
    "노인",
    "청년",
    "학생",
    "장학금",
    "등록금",
    "학자금",
    "자녀",
    "한부모",
    "이혼",
    "상속",
    "증여",
    "유언",
    "소송",
    "고소",
    "합의",
    "변호사",
    "법원",
    "벌금",
    "과태료",
    "주차",
    "운전면허",
    "자동차",
    "사고",
    "보상",
    "손해",
    "수리",
    "하자",
    "반품",
    "환불",
    "배송",
    "결제",
    "카드",
    "계좌",
    "이체",
    "수수료",
    "이자",
    "연체",
    "신용",
    "파산",
    "회생",
    "채무",
    "담보",
    "등기",
    "인감",
    "여권",
    "비자",
    "체류",
    "귀화",
    "번역",
    "통역",
    "창업",
    "사업자",
    "부가세",
    "소득세",
    "양도세",
    "재산세",
    "지방세",
    "세무서",
    "공제",
    "영수증",
    "증명서",
    "본인인증",
    "비밀번호",
    "홈페이지",
    "예약",
];
const PARTICLES: [&str; 8] = ["을", "를", "이", "가", "은", "는", "에", "도"];
const QUESTIONS: [&str; 12] = [
    "어떻게 하나요",
    "언제까지인가요",
    "가능한가요",
    "알고 싶습니다",
    "문의드립니다",
    "필요한가요",
    "어디서 하나요",
    "안 됩니다",
    "도와주세요",
    "확인 부탁드립니다",
    "취소하고 싶어요",
    "얼마인가요",
];
const ANSWERS: [&str; 12] = [
    "확인해 드리겠습니다",
    "안내해 드릴게요",
    "먼저 준비해 주세요",
    "처리되었습니다",
    "담당 부서로 연결하겠습니다",
    "온라인으로 하실 수 있습니다",
    "잠시만 기다려 주세요",
    "다음 주까지입니다",
    "방문하셔야 합니다",
    "문자로 보내 드렸습니다",
    "조건에 해당하지 않습니다",
    "감사합니다",
];
const NOTES: [&str; 8] = ["문의", "상담 요청", "신청 방법", "진행 상황", "오류", "변경", "취소", "기타 문의"];
const MEMOS: [&str; 10] = [
    "안내 완료",
    "추가 서류 요청함",
    "재통화 예정",
    "담당자에게 이관",
    "본인 확인 후 처리",
    "처리 결과 문자 발송",
    "민원 접수함",
    "요건 미충족 설명함",
    "방문 예약 잡음",
    "만족스러워함",
];
const FAMILY: [&str; 20] = [
    "김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "권", "황", "안", "송", "류",
    "홍",
];
const GIVEN: [&str; 40] = [
    "민", "서", "지", "현", "수", "영", "은", "준", "우", "하", "도", "윤", "예", "채", "시", "주", "연", "아", "진",
    "혜", "성", "호", "재", "태", "경", "나", "다", "유", "리", "원", "인", "선", "미", "희", "정", "승", "동", "규",
    "찬", "솔",
];
const PLACES: [&str; 48] = [
    "가온", "나래", "다솜", "라온", "마루", "바론", "사랑", "아람", "자람", "차오", "카온", "타래", "파랑", "하람",
    "고은", "노을", "도담", "로운", "모아", "보람", "소담", "온새", "조은", "초록", "코람", "토담", "포근", "호수",
    "구름", "누리", "두레", "루다", "무지", "부들", "수련", "우솔", "주영", "추억", "쿠온", "투명", "푸름", "후평",
    "그린", "느티", "드림", "르네", "므깃", "브리",
];

pub fn name(dice: &mut Dice) -> String {
    let family = FAMILY[dice.zipf(FAMILY.len())];
    format!("{family}{}{}", GIVEN[dice.below(GIVEN.len())], GIVEN[dice.below(GIVEN.len())])
}

/// What a visitor writes into the request.
pub fn note(dice: &mut Dice, out: &mut String) {
    out.push_str(subject(dice));
    out.push(' ');
    out.push_str(NOTES[dice.zipf(NOTES.len())]);
    if dice.percent(10) {
        number(dice, " 접수번호 ", out);
    }
}

/// What the counsellor writes up.
pub fn memo(dice: &mut Dice, out: &mut String) {
    out.push_str(subject(dice));
    out.push_str(" 관련, ");
    out.push_str(MEMOS[dice.zipf(MEMOS.len())]);
    if dice.percent(20) {
        place(dice, out);
    }
}

/// A message; the first one greets.
pub fn message(dice: &mut Dice, index: i64, by_desk: bool, out: &mut String) {
    if index == 0 {
        out.push_str(if by_desk { "안녕하세요, " } else { "안녕하세요, 상담사입니다. " });
    }
    out.push_str(subject(dice));
    out.push_str(PARTICLES[dice.below(PARTICLES.len())]);
    out.push(' ');
    let endings = if by_desk { QUESTIONS } else { ANSWERS };
    out.push_str(endings[dice.zipf(endings.len())]);
    match dice.below(40) {
        0 => number(dice, " 번호는 ", out),
        1 => place(dice, out),
        2 => {
            out.push_str(" 저는 ");
            out.push_str(&name(dice));
            out.push_str("입니다");
        }
        _ => {}
    }
}

fn subject(dice: &mut Dice) -> &'static str {
    SUBJECTS[dice.zipf(SUBJECTS.len())]
}

/// A name made of two: there are thousands of them, each of them rare.
fn place(dice: &mut Dice, out: &mut String) {
    out.push(' ');
    out.push_str(PLACES[dice.zipf(PLACES.len())]);
    out.push_str(PLACES[dice.below(PLACES.len())]);
    out.push_str("지점");
}

fn number(dice: &mut Dice, before: &str, out: &mut String) {
    out.push_str(before);
    out.push_str(&dice.between(10_000, 99_999_999).to_string());
}
