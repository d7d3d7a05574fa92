/** Text as somebody who means harm, or an unlucky keyboard, would type it. */
export interface Payload {
  readonly family: string;
  readonly text: string;
}

/** How many of them there are. */
export const PAYLOADS = 500;
export const LONG = 100_000;

const MARKUP = ['script', 'img', 'svg', 'iframe', 'object', 'embed', 'style', 'link', 'base', 'meta', 'form', 'math', 'template', 'b'];
const EVENTS = ['onerror', 'onload', 'onfocus', 'onclick', 'onmouseover', 'onanimationstart', 'ontoggle', 'onbegin', 'onpointerdown'];
const HOLES = ['{{CODE}}', '${CODE}', '#{CODE}', '<%= CODE %>', '{%CODE%}', '$t(CODE)', '[[CODE]]', '%{CODE}', '{visitor}', '{0}', '%s%n', '$&$1$`'];
const CODES = ['alert(1)', 'constructor.constructor("alert(1)")()', '7*7', 'desk.title', '__proto__'];
const SCHEMES = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\tscript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'vbscript:msgbox(1)', 'file:///etc/passwd', '//evil.example', 'https://evil.example/?q=', 'blob:x', 'about:blank'];
const DIRECTIONS = ['\u200E', '\u200F', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069', '\u061C'];
const INVISIBLE = ['\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF', '\u00AD', '\u180E', '\u3164', '\u115F', '\uFFA0', '\u2028', '\u2029', '\u00A0'];
const FACES = ['👩', '👨', '🧑', '👧', '👦'];
const SKINS = ['🏻', '🏼', '🏽', '🏾', '🏿'];
const JAMO = ['가', '각', '힣', '뷁', '쌍', '않', '앉'];
const HEADS = ['=', '+', '-', '@', '\t=', "'=", '"=', '|', '%0A='];
const FORMULAS = ['1+1', "cmd|'/c calc'!A0", 'HYPERLINK("http://evil.example","x")', 'IMPORTXML("http://evil.example")'];
const QUERIES = ["' OR '1'='1", "'; DROP TABLE TICKET; --", '" OR ""="', "1) UNION SELECT * FROM ACCOUNT --", "\\' OR 1=1 --", '%', '_', '*', "N''", '/**/', ';--', "' || pg_sleep(9) || '"];
const PATHS = ['../../etc/passwd', '..\\..\\windows\\win.ini', '/etc/passwd\u2024txt', '%2e%2e%2f', 'C:\\', '\\\\host\\share', '....//', '~root', 'con', 'nul.txt', '.', '..'];
const NUMBERS = ['0', '-0', '-1', '1e309', '-1e309', 'NaN', 'Infinity', '0x7fffffff', '2147483648', '9007199254740993', '9'.repeat(400), '1,000', '１２３', '٣', '1.7976931348623157e308', '0.1', '1_000', '½'];
const LINES = ['\n', '\r\n', '\r', '\n\n\n', ' \n\t\n ', 'a\nb', 'a\r\nb', 'a\rb', '\ta\tb', 'a\u0085b', 'a\u2028b'];

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const pairs = (left: readonly string[], right: readonly string[], join: (a: string, b: string) => string) =>
  left.flatMap((a) => right.map((b) => join(a, b)));

/** The families; each may hold more than is taken of it. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  markup: pairs(MARKUP, ['', '"><', '<!--', ']]>'], (tag, before) => `${before}<${tag} src=x href=//evil.example>alert(1)</${tag}>`),
  events: pairs(EVENTS, ['img src=x', 'svg', 'input autofocus', 'details open', 'body'], (event, tag) => `<${tag} ${event}=alert(1)>`),
  holes: pairs(HOLES, CODES, (hole, code) => hole.replace('CODE', code) + (hole.includes('CODE') ? '' : ` ${code}`)),
  addresses: pairs(SCHEMES, ['', '<a href="', '![x](', 'url('], (scheme, before) => before + scheme),
  directions: pairs(DIRECTIONS, ['abc', '한글', 'שלום'], (mark, word) => `${mark}${word}${mark}x`),
  invisible: pairs(INVISIBLE, ['a', '한', ''], (mark, word) => `${word}${mark}${word}!`),
  emoji: pairs(FACES, SKINS, (face, skin) => [face, '👩' + skin, '👧', '👦'].join('\u200D') + `${face}${skin}🏳️‍🌈🇰🇷`),
  stacks: range(60).map((index) => `z${String.fromCodePoint(0x300 + index).repeat(5 + index * 4)}`),
  surrogates: ['\uD83D', '\uDE00', '\uDE00\uD83D', 'a\uD800b', '\uDFFF', 'x\uDBFF', '\uFFFE', '\uFFFF', '\uFFFD', '\u{10FFFF}'],
  hangul: [...JAMO, ...JAMO.map((word) => word.normalize('NFD')), ...JAMO.map((word) => `${word.normalize('NFD')}${word}`), 'ㄱㅏㄱ', 'ﾡￂ', 'ᄀ'.repeat(50)],
  controls: [...range(32), 127, 128, 155, 159].filter((code) => ![9, 10, 13].includes(code)).map((code) => `a${String.fromCharCode(code)}b`),
  long: ['가'.repeat(LONG), '<b>'.repeat(LONG / 4), 'a '.repeat(LONG / 2), '👩‍👩‍👧'.repeat(5_000), 'x'.repeat(2_001)],
  formulas: pairs(HEADS, FORMULAS, (head, formula) => head + formula),
  queries: QUERIES,
  paths: PATHS,
  numbers: NUMBERS,
  lines: LINES.map((line) => `one${line}two`),
};

/** All of them, each once, the families in turn so that any beginning of the list has something of each. */
export function payloads(): readonly Payload[] {
  const found = new Map<string, Payload>();
  const families = Object.entries(FAMILIES);
  for (let at = 0; found.size < PAYLOADS; at += 1) {
    const left = families.filter(([, texts]) => at < texts.length);
    if (left.length === 0) throw new Error(`only ${found.size} distinct payloads`);
    for (const [family, texts] of left) {
      const text = texts[at]!;
      if (found.size < PAYLOADS && !found.has(text)) found.set(text, { family, text });
    }
  }
  return [...found.values()];
}

/** One of each family: what is worth sending where each sending takes a while. */
export const samples = (): readonly Payload[] =>
  Object.keys(FAMILIES).map((family) => payloads().find((payload) => payload.family === family)!);

/** A name is one line that reads as it is written; a paragraph is anything else. */
export type Kind = 'NAME' | 'PARAGRAPH';

/** What the server refuses wherever it stands; line feed and tab are welcome, and what ends a line becomes one. */
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F]/;
const BREAKS = /\r\n?|[\n\u0085\u2028\u2029]/g;
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g;
/** Of what the payloads have of it; the server goes by Unicode's tables. */
const UNSEEN = /[\u200B\u2060\uFEFF\u00AD\u180E\u3164\u115F\uFFA0\u200C]/g;
const LOOSE_JOINER = /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D|\u200D(?!\p{Extended_Pictographic})/gu;
const HEBREW = /[\u05D0-\u05EA]/;

/** A text as it can be sent at all: halves of characters are the mark that screens show for them. */
export const wellFormed = (text: string): string => Buffer.from(text).toString();

/** A text as it stands on file: composed, without what cannot be seen. */
export function stored(text: string, kind: Kind = 'PARAGRAPH'): string {
  const seen = wellFormed(text)
    .replace(BREAKS, '\n')
    .replace(TURNS, '')
    .replace(UNSEEN, '')
    .replace(LOOSE_JOINER, '')
    .replace(/[\u200E\u200F\u061C]/g, (mark, at: number) => (at > 0 && HEBREW.test(text) ? mark : ''))
    .normalize('NFC');
  return kind === 'NAME' ? seen.replaceAll('\t', ' ').trim() : seen;
}

/** Whether the server takes it where `max` characters fit. */
export function fits({ text }: Payload, max: number, kind: Kind = 'PARAGRAPH'): boolean {
  if (kind === 'NAME' && (text.search(BREAKS) >= 0 || text.search(TURNS) >= 0)) return false;
  const whole = stored(text, kind);
  return whole.trim() !== '' && !CONTROLS.test(whole) && [...whole].length <= max;
}
