import { all, call } from '../../lib/api';
import type { AccountView, NewStaff } from '../../lib/api.gen';
import { language } from '../../lib/i18n';
import { passwordFault } from '../../lib/password';
import type { Form } from '../../lib/form';
import type { Served } from '../admin/accounts/accounts';

/** What is typed of a counsellor to be made. */
export interface CounsellorValues {
  login: string;
  name: string;
  password: string;
  again: string;
  lines: Served[];
}

export const blank: CounsellorValues = { login: '', name: '', password: '', again: '', lines: [] };

/** As the server takes it. */
export const asked = ({ login, name, password, lines }: CounsellorValues): NewStaff => ({
  login: login.trim(),
  name: name.trim(),
  password,
  lines,
  language: language.peek(),
});

/** What stands against it before it is sent; said beside its field. */
export function check(form: Form<CounsellorValues>): boolean {
  const { typed } = form.state.peek();
  const missing = (['name', 'login'] as const).find((name) => typed[name].trim() === '');
  const wrong = passwordFault(typed.password, typed.again);
  if (missing) form.fault(missing, { key: 'fault.MISSING' });
  else if (wrong) form.fault(wrong === 'PASSWORDS_DIFFER' ? 'again' : 'password', { key: `setup.trouble.${wrong}` });
  else return true;
  return false;
}

export const readCounsellors = () => all<AccountView>('/accounts?role=COUNSELLOR&state=ACTIVE&limit=50');

export const makeCounsellor = (values: CounsellorValues) =>
  call<AccountView>('POST', '/accounts/staff', asked(values));
