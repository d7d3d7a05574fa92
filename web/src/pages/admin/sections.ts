import type { AccountRole } from '../../lib/api.gen';

/** The views of the page, in the order of its navigation. */
export const SECTIONS = [
  'live',
  'groups',
  'consultations',
  'statistics',
  'accounts',
  'desks',
  'lines',
  'codes',
  'notices',
  'replies',
  'audit',
  'servers',
  'try',
] as const;
export type Section = (typeof SECTIONS)[number];

/** The section of an address; one that is not known is the first. */
export const sectionOf = (name: string): Section => SECTIONS.find((each) => each === name) ?? 'live';

/** Whether somebody with this power finds the section in the navigation. */
export const maySee = (section: Section, power: AccountRole): boolean => section !== 'servers' || power === 'ADMIN';

/** Whether somebody with this power changes what the section shows; every section but the servers is read by managers too. */
export function mayChange(section: Section, power: AccountRole): boolean {
  switch (section) {
    case 'lines':
    case 'codes':
    case 'servers':
    case 'try':
      return power === 'ADMIN';
    default:
      return power !== 'COUNSELLOR';
  }
}
