// A mail server to test against: prints `ready PORT`, then every mail as a line of JSON.
// Arguments: the port (0 takes a free one), and what to do: `accept`, or `refuse` with 550.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { SMTPServer } = require('smtp-server');
const [port, manner] = process.argv.slice(2);

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  allowInsecureAuth: true,
  logger: false,
  onAuth(auth, _session, done) {
    if (auth.username === 'anteroom' && auth.password === 'p@ss word') done(null, { user: auth.username });
    else done(new Error('who are you?'));
  },
  onRcptTo(_address, _session, done) {
    if (manner === 'refuse') done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
    else done();
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => {
      const { mailFrom, rcptTo } = session.envelope;
      const mail = {
        from: mailFrom.address,
        to: rcptTo.map((to) => to.address),
        user: session.user ?? null,
        raw: Buffer.concat(chunks).toString('utf8'),
      };
      console.log(JSON.stringify(mail));
      done();
    });
  },
});
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`ready ${server.server.address().port}`));
