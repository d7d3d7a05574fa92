import type { ConsultationView, OwnAccount } from '../../lib/api.gen';
import { List } from '../../lib/list';
import { Accounts } from './accounts/accounts';
import { Audits } from './audit/audits';
import { readPage } from './consultations/api';
import type { Filter } from './consultations/filter';
import { Desks } from './desks/desks';
import { Jobs } from './jobs';
import { Lookups } from './lookups';
import { mayChange, type Section } from './sections';
import { Servers } from './servers/servers';
import { Statistics } from './statistics/statistics';

/** What the sections of the page have read, as long as one person is logged in. */
export class Office {
  readonly lookups = new Lookups();
  readonly consultations = new List<ConsultationView, Filter>(readPage, ({ id }) => id);
  readonly jobs = new Jobs();
  readonly statistics = new Statistics();
  readonly accounts = new Accounts();
  readonly desks = new Desks();
  readonly audits = new Audits();
  readonly servers = new Servers();
  private shown: string | null = null;

  constructor(readonly account: OwnAccount) {
    this.lookups.load();
  }

  get isAdmin(): boolean {
    return this.account.power === 'ADMIN';
  }

  may(section: Section): boolean {
    return mayChange(section, this.account.power);
  }

  /** Reads the list anew only when it is narrowed otherwise: who comes back from a record finds it as it was. */
  showConsultations(filter: Filter): void {
    const asked = JSON.stringify(filter);
    if (asked === this.shown && this.consultations.state.peek().items.length > 0) return;
    this.shown = asked;
    void this.consultations.load(filter);
  }
}
