import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';

export const filter = defineAction({
  id: 'filter',
  key: {
    names: ['/'],
    opensField: true,
    on: ['fleet', 'chats', 'logs', 'events', 'settings'],
    help: { section: 'move', place: 5, keys: '/' },
  },
  footer: {
    fleet: at(1, 1, 'filter'),
    chats: at(4, 4, 'search'),
    pager: at(2, 2, 'search'),
    settings: at(1.7, 2, 'search'),
  },
});
