import { live } from './ko/live';
import { audit } from './ko/audit';
import { counsellor } from './ko/counsellor';
import { access } from './ko/access';
import { chat } from './ko/chat';
import { common } from './ko/common';
import { desk } from './ko/desk';
import { display } from './ko/display';
import { content } from './ko/content';
import { manage } from './ko/manage';
import { groups } from './ko/groups';
import { office } from './ko/office';
import { records } from './ko/records';
import { room } from './ko/room';
import { servers } from './ko/servers';
import { supervise } from './ko/supervise';
import { trying } from './ko/try';

/** Every text of the pages in Korean; `en.ts` must have the same keys. */
export const ko = {
  'login.title.counsellor': '상담사 로그인',
  'login.title.admin': '관리자 로그인',
  'login.login': '아이디',
  'login.password': '비밀번호',
  'login.submit': '로그인',
  'login.failed': '아이디 또는 비밀번호가 맞지 않습니다.',
  'login.forbidden': '이 화면을 볼 권한이 없습니다.',
  'login.no_cookie': '이 브라우저가 쿠키를 막고 있어 로그인할 수 없습니다. 이 사이트의 쿠키를 허용한 뒤 다시 로그인해 주세요.',
  'login.out': '로그아웃',

  'setup.title': '첫 관리자 만들기',
  'setup.hint': '이 서버에는 아직 관리자가 없습니다. 여기서 만든 계정으로 상담 현황과 기록을 관리합니다.',
  'setup.name': '이름',
  'setup.name.hint': '다른 사람에게 보이는 이름입니다.',
  'setup.password.hint': '8자 이상',
  'setup.password.again': '비밀번호 확인',
  'setup.make': '관리자 만들기',
  'setup.making': '만드는 중',
  'setup.trouble.LOGIN': '쓸 수 없는 아이디입니다. 다른 아이디를 적어 주세요.',
  'setup.trouble.LOGIN_LONG': '아이디는 100자까지 쓸 수 있습니다.',
  'setup.trouble.NAME_LONG': '이름은 40자까지 쓸 수 있습니다.',
  'setup.trouble.NAME': '쓸 수 없는 이름입니다. 다른 이름을 적어 주세요.',
  'setup.trouble.PASSWORD_SHORT': '비밀번호는 8자 이상이어야 합니다.',
  'setup.trouble.PASSWORD_LONG': '비밀번호는 200자까지 쓸 수 있습니다.',
  'setup.trouble.PASSWORD_COMMON': '많은 사람이 쓰는 비밀번호입니다. 다른 비밀번호를 정해 주세요.',
  'setup.trouble.PASSWORD_REPEATED': '짧은 말이 되풀이되는 비밀번호입니다. 다른 비밀번호를 정해 주세요.',
  'setup.trouble.PASSWORDS_DIFFER': '두 비밀번호가 서로 다릅니다.',
  'setup.trouble.LOGIN_TAKEN': '이미 있는 아이디입니다. 다른 아이디를 적어 주세요.',
  'setup.trouble.LATER': '서버가 바쁩니다. 잠시 뒤 다시 시도해 주세요.',
  'setup.trouble.UNREACHABLE': '서버에 연결할 수 없습니다. 잠시 뒤 다시 시도해 주세요.',
  'setup.trouble.FAILED': '관리자를 만들지 못했습니다. 서버 로그를 확인해 주세요.',
  'setup.done.title': '관리자를 만들었습니다',
  'setup.done.detail': '이제 관리 화면에서 {{login}} 아이디로 로그인하세요. 이 설정 링크는 더 이상 쓸 수 없습니다.',
  'setup.to_admin': '관리 화면으로',
  'setup.NO_LINK.title': '설정 링크로 열어 주세요',
  'setup.NO_LINK.detail':
    '서버를 시작할 때 터미널에 나온 링크를 끝까지 그대로 여세요. 링크를 찾을 수 없으면 서버를 다시 시작하세요. 관리자가 없으면 새 링크가 나옵니다.',
  'setup.BAD_LINK.title': '쓸 수 없는 링크입니다',
  'setup.BAD_LINK.detail':
    '서버를 다시 시작하면 이전 링크는 쓸 수 없습니다. 마지막으로 시작할 때 터미널에 나온 링크를 열거나, 서버를 다시 시작해 새 링크를 받으세요.',
  'setup.ALREADY_SET_UP.title': '이미 관리자가 있습니다',
  'setup.ALREADY_SET_UP.detail': '설정은 끝났고, 링크는 한 번만 쓸 수 있습니다. 관리 화면에서 로그인하세요.',

  'admin.title': '상담 현황',
  'admin.live': '실시간',
  'admin.stream.CONNECTING': '실시간 정보를 불러오는 중',
  'admin.stream.OPEN': '실시간',
  'admin.stream.RETRYING': '연결이 끊겨 다시 연결하는 중입니다. 아래 내용은 조금 전 것입니다.',
  'admin.rooms': '상담방',
  'admin.rooms.none': '열려 있는 상담방이 없습니다.',
  'admin.tickets': '기다리는 방문자',
  'admin.tickets.none': '기다리는 방문자가 없습니다.',
  'admin.counsellors': '상담사',
  'admin.counsellors.none': '상담사가 없습니다.',
  'admin.number': '번호',
  'admin.line': '업무',
  'admin.counsellor': '상담사',
  'admin.nickname': '이름',
  'admin.desk': '창구',
  'admin.ahead': '앞',
  'admin.stage': '상태',
  'admin.stage.WAITING': '대기',
  'admin.stage.OFFERED': '연결 요청 중',
  'admin.stage.PAIRING': '연결 중',
  'admin.stage.away': '연결 끊김',
  'admin.connected': '접속',
  'admin.connected.yes': '접속 중',
  'admin.connected.no': '접속 안 함',
  'admin.intent': '근무',
  'admin.activity': '상태',
  'admin.held': '상담/정원',
  'admin.end_room': '종료',
  'admin.end_room.question': '{{number}} 상담을 종료할까요?',
  'admin.end_room.reason': '이유',
  'admin.requested': '요청',
  'admin.matched': '연결',
  'admin.ended': '종료',
  'admin.result': '결과',
  'admin.score': '평가',
  'admin.memo': '메모',
  'admin.comment': '의견',
  'admin.end_reason': '종료 이유',
  'admin.status': '상태',
  'admin.detail': '상담 {{number}}',
  'admin.status.WAITING': '대기',
  'admin.status.TALKING': '상담 중',
  'admin.status.WRAP_UP': '정리 중',
  'admin.status.DONE': '완료',
  'admin.status.CANCELLED': '취소',
  'admin.status.ABANDONED': '이탈',
  'admin.status.EXPIRED': '시간 초과',
  'admin.status.REFUSED': '거절',

  ...access,
  ...chat,
  ...common,
  ...desk,
  ...display,
  ...office,
  ...records,
  ...manage,
  ...live,
  ...audit,
  ...counsellor,
  ...content,
  ...supervise,
  ...groups,
  ...room,
  ...servers,
  ...trying,
} as const;
