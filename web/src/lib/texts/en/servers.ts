import type { servers as ko } from '../ko/servers';

/** The admin page: the servers, in English. */
export const servers: Readonly<Record<keyof typeof ko, string>> = {
  'admin.servers': 'Servers',

  'servers.well': 'All servers are well.',
  'servers.well.alone': 'The server is well.',
  'servers.together':
    'These servers work as one: people talk with each other whichever of them they are connected to. The one that matches decides for all of them who is connected with whom.',
  'servers.alone':
    'This is one server, and it does all the work. OPERATING.md, in the documentation that comes with the program, says how several are run, so that talks go on when one of them stops.',
  'servers.admins_only': 'Only admins see the servers.',
  'servers.old': 'The servers cannot be reached just now, and are tried again. What you see is from {{time}}.',

  'servers.name': 'Server',
  'servers.task': 'Task',
  'servers.version': 'Version',
  'servers.engine': 'Hears others by',
  'servers.sockets': 'Connections',
  'servers.rooms': 'Rooms',
  'servers.matches': 'Matches',
  'servers.me': 'Answers this page',
  'servers.state.JOINING': 'Starting',
  'servers.state.UP': 'Well',
  'servers.state.DRAINING': 'Being stopped',
  'servers.state.GONE': 'Gone',

  'servers.gone':
    '{{names}}: gone. Whoever was connected there comes back by another server, without doing anything. If nobody stopped it on purpose, tell whoever runs the servers; if somebody did, reload this page.',
  'servers.unmatched':
    'No server connects visitors with counsellors just now. Everybody keeps their place, and another server takes over, as a rule within ten seconds. If this is still here after a minute, tell whoever runs the servers.',
  'servers.cut_off':
    '{{names}}: was cut off from the other servers and is joining them again. If this is still here after a minute, tell whoever runs the servers.',
  'servers.not_redis':
    '{{names}}: not connected to Redis, so it hears the others by the database. It may be slower, and nothing is lost. Tell whoever runs the servers.',
  'servers.versions':
    'The servers run different versions of the program: {{versions}}. That is right during an update; if it is over, tell whoever runs the servers.',
  'servers.last': 'Only one server is left. If it stops too, there is none to take over.',
  'servers.drains': '{{names}}: being stopped. It takes nobody new, and whoever is connected there moves to another server.',
  'servers.drains.alone': 'The server is being stopped. Once it is started again, everything goes on by itself.',
  'servers.joins': '{{names}}: starting.',
};
