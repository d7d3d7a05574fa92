import type { office as ko } from '../ko/office';

/** How busy the office is, in English. */
export const office: Readonly<Record<keyof typeof ko, string>> = {
  'office.waiting.none': 'Nobody is waiting',
  'office.waiting.one': '{{count}} person waiting',
  'office.waiting': '{{count}} people waiting',
  'office.range': 'Wait {{range}}',
  'office.range.unknown': 'No counsellor is at their place now',
  'office.closed': 'Outside opening hours',
  'office.opens.today': 'Opens today at {{time}}',
  'office.opens.tomorrow': 'Opens tomorrow at {{time}}',
  'office.opens.day': 'Opens {{day}} at {{time}}',
  'office.line.language': 'Counselling in {{language}}',
  'office.line.language.ko': 'Korean',
  'office.line.language.en': 'English',
};
