import { common } from './common';
import { display } from './display';
import { office } from './office';

export const words = { ...common, ...office, ...display };
