import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const follow = defineAction({
  id: 'follow',
  key: { names: ['f'], on: ['chats', 'logs', 'events'], help: { section: 'look', place: 8, keys: 'f' } },
  footer: { conversation: at(3, 4, 'follow'), pager: at(1, 1, 'follow') },
  run: { chat: ({ reload }) => reload() },
});
