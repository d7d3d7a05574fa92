import { chat } from './chat';
import { common } from './common';
import { room } from './room';

export const words = { ...common, ...chat, ...room };
