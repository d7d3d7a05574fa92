import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const WAIT_MS_MAX = 15_000;
const AGAIN_MS = 100;

/** The link in the newest mail to an address, waited for. */
export async function newestLink(folder: string, address: string): Promise<string> {
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const mails = (await read(folder)).filter(({ text }) => text.includes(address));
    const link = mails.map(({ text }) => /https?:\/\/\S+#\S+/.exec(bodyOf(text))?.[0]).find((found) => found);
    if (link) return link;
    if (Date.now() > deadline) throw new Error(`no mail to ${address} in ${folder}`);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** Every mail, the newest first. */
async function read(folder: string): Promise<Array<{ text: string; at: number }>> {
  const names = await readdir(folder).catch(() => []);
  // A name that starts with a dot is a mail still being written.
  const files = names.filter((name) => name.endsWith('.eml') && !name.startsWith('.')).map((name) => join(folder, name));
  const mails = await Promise.all(
    files.map(async (file) => ({ text: await readFile(file, 'utf8'), at: (await stat(file)).mtimeMs })),
  );
  return mails.toSorted((a, b) => b.at - a.at);
}

/** The text of a mail with one part, however it was encoded for its way. */
export function bodyOf(mail: string): string {
  const [head = '', ...rest] = mail.split(/\r?\n\r?\n/);
  const body = rest.join('\n\n');
  const encoding = /^content-transfer-encoding:\s*(\S+)/im.exec(head)?.[1]?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body.replaceAll(/\s/g, ''), 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const joined = body.replaceAll(/=\r?\n/g, '');
  const bytes = joined.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
