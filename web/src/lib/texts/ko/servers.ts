/** The admin page: the servers, in Korean. */
export const servers = {
  'admin.servers': '서버',

  'servers.well': '서버가 모두 정상입니다.',
  'servers.well.alone': '서버가 정상입니다.',
  'servers.together':
    '여러 서버가 하나처럼 일합니다. 어느 서버에 접속한 사람이든 서로 상담할 수 있고, 누구를 누구와 연결할지는 ‘연결 담당’ 서버가 모두를 위해 정합니다.',
  'servers.alone':
    '지금은 서버 한 대가 모든 일을 합니다. 한 대가 멈춰도 상담이 이어지도록 여러 대로 운영하는 방법은 프로그램과 함께 받은 문서 OPERATING.md에 있습니다.',
  'servers.admins_only': '서버는 관리자만 볼 수 있습니다.',
  'servers.old': '지금 서버에 연결할 수 없어 다시 시도하고 있습니다. 아래는 {{time}}에 본 내용입니다.',

  'servers.name': '서버',
  'servers.task': '맡은 일',
  'servers.version': '버전',
  'servers.engine': '서버 간 통신',
  'servers.sockets': '접속',
  'servers.rooms': '상담방',
  'servers.matches': '연결 담당',
  'servers.me': '이 화면에 응답',
  'servers.state.JOINING': '시작하는 중',
  'servers.state.UP': '정상',
  'servers.state.DRAINING': '멈추는 중',
  'servers.state.GONE': '없어짐',

  'servers.gone':
    '{{names}} 서버가 없어졌습니다. 그 서버에 접속해 있던 사람은 다른 서버로 저절로 옮겨 갑니다. 일부러 멈춘 것이 아니면 서버 담당자에게 알려 주세요. 일부러 멈췄으면 이 화면을 새로 고치면 됩니다.',
  'servers.unmatched':
    '지금 상담을 연결하는 서버가 없습니다. 순번은 그대로이고, 보통 10초 안에 다른 서버가 맡습니다. 1분이 지나도 이 글이 보이면 서버 담당자에게 알려 주세요.',
  'servers.cut_off':
    '{{names}} 서버가 다른 서버들과 끊겼다가 다시 들어가고 있습니다. 1분이 지나도 이 글이 보이면 서버 담당자에게 알려 주세요.',
  'servers.not_redis':
    '{{names}} 서버가 Redis에 연결되어 있지 않아 데이터베이스로 주고받습니다. 느려질 수 있지만 잃는 것은 없습니다. 서버 담당자에게 알려 주세요.',
  'servers.versions':
    '서버마다 프로그램 버전이 다릅니다. {{versions}}. 업데이트하는 동안에는 괜찮지만, 업데이트가 끝났으면 서버 담당자에게 알려 주세요.',
  'servers.last': '서버가 한 대만 남았습니다. 이 서버까지 멈추면 이어받을 서버가 없습니다.',
  'servers.drains': '{{names}} 서버를 멈추는 중입니다. 새로 접속하는 사람은 받지 않으며, 접속해 있던 사람은 다른 서버로 옮겨 갑니다.',
  'servers.drains.alone': '서버를 멈추는 중입니다. 다시 시작하면 모두 저절로 이어집니다.',
  'servers.joins': '{{names}} 서버가 시작하는 중입니다.',
} as const;
