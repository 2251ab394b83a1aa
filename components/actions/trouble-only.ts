import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const troubleOnly = defineAction({
  id: 'trouble-only',
  key: { names: ['!'], on: ['fleet'], help: { section: 'move', place: 7, keys: '!' } },
  footer: { fleet: at(2, 2, 'trouble') },
});
