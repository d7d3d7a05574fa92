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
import './setup.css';
import { SetupPage } from './app';
import { Setup } from './setup';

const setup = new Setup();
setup.open();
// A fresh link over the open page is a change of the fragment only.
addEventListener('hashchange', () => setup.open());

effect(() => setTitle(t('guide.title')));
refuseFiles();
const page = document.getElementById('page')!;
keepFocus(page);
show(<SetupPage setup={setup} />);
