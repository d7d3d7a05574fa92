import { chat } from './chat';
import { common } from './common';
import { desk } from './desk';
import { office } from './office';

export const words = { ...common, ...chat, ...desk, ...office };
