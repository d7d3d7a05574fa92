import { admin } from './admin';
import { counsellor } from './counsellor';
import { desk } from './desk';
import { display } from './display';
import { groups } from './groups';
import { joining } from './joining';
import { live } from './live';
import { setUp } from './set-up';
import { supervision } from './supervision';
import type { Tour } from './tour';

/** Every page, in every state that matters. A new page is one more entry; pictures and checks follow by themselves. */
export const TOURS: readonly Tour[] = [desk, display, counsellor, supervision, groups, live, admin, joining, setUp];
