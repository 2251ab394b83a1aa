import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const wrap = defineAction({
  id: 'wrap',
  key: { names: ['w'], on: ['chats', 'logs', 'events'], help: { section: 'look', place: 9, keys: 'w' } },
  footer: { pager: at(3, 3, 'wrap') },
});
