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
import { SignUpPage } from './app';
import { SignUp } from './sign-up';

const signUp = new SignUp();

effect(() => setTitle(t('signup.title')));
refuseFiles();
const page = document.getElementById('page')!;
keepFocus(page);
show(<SignUpPage signUp={signUp} />);
