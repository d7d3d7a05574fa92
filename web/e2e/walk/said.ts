import type { Language } from '../people';

/** What people say and write on the tours. */
const ko = {
  office: '한마음구청 민원실',
  nickname: '김하은',
  note: '여권을 재발급받으려고 합니다. 신청서 양식이 두 가지인데 어느 쪽을 써야 하나요?',
  other: '이도윤',
  otherNote: '재산세 고지서를 다시 받고 싶어요.',
  third: '박서연',
  talk: [
    ['desk', '안녕하세요. 여권 재발급 때문에 왔어요.'],
    ['counsellor', '안녕하세요, 김하은 님. 유효기간이 남은 여권을 가지고 계신가요?'],
    ['desk', '네, 내년 3월까지예요.'],
    ['counsellor', '그러면 ‘여권 재발급 신청서’를 쓰시면 됩니다. 신분증과 6개월 이내에 찍은 사진 한 장이 필요합니다.'],
    ['desk', '사진은 여기서 찍을 수 있나요?'],
    ['counsellor', '1층 로비 왼쪽에 사진기가 있습니다. 천천히 다녀오세요.'],
  ],
  draft: '수수료는 53,000원이고 카드로 내실 수 있습니다.',
  lateWord: '네, 감사합니다.',
  otherTalk: ['재산세 고지서를 잃어버렸어요.', '오늘 안에 다시 받을 수 있을까요?'],
  notes: '여권 재발급, 사진 안내',
  memo: '여권 재발급 안내. 사진을 찍고 3번 창구로 가시도록 안내함.',
  comment: '차분하게 알려 주셔서 고맙습니다.',
  handNote: '재산세 담당자에게 연결합니다. 신분은 확인했습니다.',
  notice: ['점심시간 안내', '12시부터 13시까지는 1번과 2번 창구만 운영합니다.'],
  newcomer: '이새롬',
  desk: ['1층 키오스크', '로비 왼쪽'],
  line: ['법률 상담', 'Legal advice'],
  reason: '담당자 교대',
  token: '통계 보고서',
} as const;

type Same<Text> = Text extends string ? string : { readonly [Key in keyof Text]: Same<Text[Key]> };

const en: Same<typeof ko> = {
  office: 'Hanmaeum City Hall',
  nickname: 'Hannah',
  note: 'I need a new passport. There are two forms here, and I do not know which one is mine.',
  other: 'Daniel',
  otherNote: 'I lost my property tax bill.',
  third: 'Sophie',
  talk: [
    ['desk', 'Hello, I am here about a new passport.'],
    ['counsellor', 'Hello Hannah. Do you still have one that is valid?'],
    ['desk', 'Yes, until next March.'],
    ['counsellor', 'Then please take the form “Passport renewal”. You need your identity card and a photo not older than six months.'],
    ['desk', 'Can I have the photo taken here?'],
    ['counsellor', 'There is a photo booth on the ground floor, left of the lobby. Take your time.'],
  ],
  draft: 'The fee is 53,000 won, and you can pay by card.',
  lateWord: 'Great, thank you.',
  otherTalk: ['I lost my property tax bill.', 'Could I get another one today?'],
  notes: 'Passport renewal, photo booth',
  memo: 'Passport renewal. Will have the photo taken, then counter 3.',
  comment: 'Kind and clear, thank you.',
  handNote: 'Property tax. Identity is checked.',
  notice: ['Lunch time', 'From 12:00 to 13:00 only counters 1 and 2 are open.'],
  newcomer: 'Rosie Lee',
  desk: ['Lobby kiosk', 'Ground floor, left'],
  line: ['법률 상담', 'Legal advice'],
  reason: 'Change of shift',
  token: 'Monthly report',
};

export const said = (language: Language): Same<typeof ko> => (language === 'ko' ? ko : en);
