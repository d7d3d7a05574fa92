import { effect } from '@preact/signals';

import { refuseFiles } from '../../lib/drops';
import { t } from '../../lib/i18n';
import { keepFocus } from '../../lib/refuge';
import { setTitle } from '../../lib/ring';
import { show } from '../../lib/show';
import '../../lib/texts/of-staff';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/parts.css';
import { VerificationPage } from './app';
import { Verification } from './verification';

const verification = new Verification();
void verification.open();
// Another link over the open page is a change of the fragment only.
addEventListener('hashchange', () => void verification.open());

effect(() => setTitle(t('verify.title')));
refuseFiles();
const page = document.getElementById('page')!;
keepFocus(page);
show(<VerificationPage verification={verification} />);
