/** How busy the office is, in Korean. */
export const office = {
  'office.waiting.none': '기다리는 사람 없음',
  'office.waiting.one': '{{count}}명 대기',
  'office.waiting': '{{count}}명 대기',
  'office.range': '예상 대기 {{range}}',
  'office.range.unknown': '지금 상담사가 자리에 없습니다',
  'office.closed': '운영 시간이 아닙니다',
  'office.opens.today': '오늘 {{time}}에 시작합니다',
  'office.opens.tomorrow': '내일 {{time}}에 시작합니다',
  'office.opens.day': '{{day}} {{time}}에 시작합니다',
  'office.line.language': '{{language}}로 상담',
  'office.line.language.ko': '한국어',
  'office.line.language.en': '영어',
};
