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
import { ResetPage } from './app';
import { Reset } from './reset';

const reset = new Reset();
reset.open();
// Another link over the open page is a change of the fragment only.
addEventListener('hashchange', () => reset.open());

effect(() => setTitle(t('reset.title')));
refuseFiles();
const page = document.getElementById('page')!;
keepFocus(page);
show(<ResetPage reset={reset} />);
