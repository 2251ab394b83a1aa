import { plainText } from '../../src/session/plain-text.ts';
import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import { readLesson } from './lessons.ts';
import { showPassages } from './places.ts';
import { askRollback } from './rollback.ts';
import { startSessions } from './start.ts';

/** Enter or a second click on a row: what the row is about. */
export const openItem = ({ act, item }: Context<'fleet'>): void => {
  if (item?.kind === 'incident') act.go({ screen: 'incidents' });
  if (item?.kind !== 'session') return;
  if (item.row.verdict === 'proposal') {
    act.go({ screen: 'proposal', id: item.id });
    return;
  }
  if (item.row.verdict === 'logged_out') startSessions(act, [item.row]);
  if (item.row.verdict === 'canary') {
    act.go({ screen: 'canary', id: item.id });
    return;
  }
  // Who asks for a person, and what waits for approval, stands on the second tab.
  const isInChats = item.row.verdict === 'asks_for_person' || item.row.verdict === 'drafts';
  act.go({ screen: 'session', id: item.id, tab: isInChats ? 2 : 1 });
};

/** A session that nobody scanned shows its code again. */
const openCode = ({ act, row, tab }: Context<'session'>): void => {
  if (row !== null && tab === 1 && (row.verdict === 'logged_out' || row.verdict === 'qr_closed'))
    startSessions(act, [row]);
};

/** Nothing lies behind it: enter does not reach the screen below. */
const stay = (): void => undefined;

export const open = defineAction({
  id: 'open',
  key: { names: ['enter'], on: 'all', help: { section: 'look', place: 1, keys: 'enter' } },
  footer: {
    linking: at(1, 1, 'qr'),
    stopped: at(2, 2, 'open'),
    banned: at(2, 2, 'open'),
    running: at(1, 1, 'open'),
    chats: at(1, 1, 'open'),
    drafts: at(3.2, 4, 'wholeChat'),
    instructions: at(1, 1, 'rollback'),
    settings: at(1, 1, 'change'),
    cost: at(0.5, 1, 'itsDays'),
    nodes: at(1, 1, 'itsSessions'),
    knowledge: at(1, 2, 'passages'),
    lessons: at(0.5, 2, 'wholeLesson'),
  },
  run: {
    fleet: openItem,
    session: openCode,
    qrWall: ({ act, row }) => {
      if (row !== null) act.go({ screen: 'session', id: row.id, tab: 1 });
    },
    costOf: ({ act, row }) => {
      if (row !== null) act.go({ screen: 'session', id: row.id, tab: 6 });
    },
    conversation: stay,
    incident: stay,
    node: ({ act, node }) => {
      if (node !== undefined) act.showOnly(plainText(node.name));
    },
    instructions: askRollback,
    knowledge: showPassages,
    lesson: readLesson,
  },
});
