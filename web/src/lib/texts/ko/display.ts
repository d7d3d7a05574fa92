/** What the wall screen says, in Korean. */
export const display = {
  'display.title': '호출 화면',
  'display.now': '지금 부르는 번호',
  'display.before': '먼저 부른 번호',
  'display.none': '부른 번호가 여기에 나옵니다',
  'display.none.detail': '번호표를 받고 자리에서 기다려 주세요.',
  'display.waiting': '대기 현황',
  'display.go': '{{place}}에서 상담해 드립니다',
  'display.online': '보고 계신 화면에서 상담이 시작됩니다',
  'display.lost': '연결을 기다리고 있습니다. 번호는 잠시 뒤 다시 나옵니다.',
  'display.absent': '이 서버에서는 호출 화면을 쓸 수 없습니다.',
  'display.draining': '잠시 점검하고 있습니다. 받은 번호와 순서는 그대로입니다.',
  'display.sound': '화면을 한 번 누르면 소리가 켜집니다.',
};
