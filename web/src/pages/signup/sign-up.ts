import { signal, type ReadonlySignal } from '@preact/signals';

import { call } from '../../lib/api';
import type { SignedUp, SignUpRequest } from '../../lib/api.gen';
import { Form } from '../../lib/form';
import { language } from '../../lib/i18n';
import { passwordFault } from '../../lib/password';

export interface Typed {
  login: string;
  email: string;
  name: string;
  password: string;
  again: string;
}

/** Asks for an account; where there is a mail server a mail with a link goes out, and an admin approves. */
export class SignUp {
  readonly form = new Form<Typed>({ login: '', email: '', name: '', password: '', again: '' });
  private readonly sent = signal<string | null>(null);
  private readonly mails = signal(true);

  /** To which address the mail went; null before. */
  get sentTo(): ReadonlySignal<string | null> {
    return this.sent;
  }

  /** Whether a mail goes out at all; known once the request is sent. */
  get hasMail(): ReadonlySignal<boolean> {
    return this.mails;
  }

  async submit(): Promise<void> {
    const typed = this.form.state.peek().typed;
    for (const field of ['login', 'email', 'name'] as const) {
      if (typed[field].trim() === '') return this.form.fault(field, { key: 'fault.MISSING' });
    }
    const fault = passwordFault(typed.password, typed.again);
    if (fault) {
      return this.form.fault(fault === 'PASSWORDS_DIFFER' ? 'again' : 'password', { key: `setup.trouble.${fault}` });
    }
    const body: SignUpRequest = {
      login: typed.login.trim(),
      email: typed.email.trim(),
      name: typed.name.trim(),
      password: typed.password,
      language: language.peek(),
    };
    const sent = await this.form.send(async () => {
      const { mail } = await call<SignedUp>('POST', '/accounts', body);
      this.mails.value = mail ?? true;
    });
    if (sent) this.sent.value = body.email;
  }
}
