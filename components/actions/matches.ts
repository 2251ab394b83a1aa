import { defineAction } from './core/action.ts';
import type { Context, Everywhere } from './core/contexts.ts';

/** Nothing is searched, and nobody waits: a key that does nothing would look broken. */
const nothingNext = ({ act, view }: Everywhere): void => act.notify(view.t.result.nothingNext);

/** In a session: the next one that waits for a scan or a code. */
const nextCode =
  (step: 1 | -1) =>
  ({ act, view, id }: Context<'session'>): void => {
    const waiting = view.snapshot.sessions.filter(({ verdict }) => verdict === 'scan_qr' || verdict === 'enter_code');
    if (waiting.length === 0) {
      nothingNext({ act, view });
      return;
    }

    const from = waiting.findIndex((row) => row.id === id);
    const next = waiting[(from + step + waiting.length) % waiting.length];
    if (next !== undefined) act.replace({ screen: 'session', id: next.id, tab: 1 });
  };

export const matches = [
  defineAction({
    id: 'next-match',
    key: { names: ['n'], on: 'all', help: { section: 'move', place: 6, keys: 'n N' } },
    run: { session: nextCode(1), anywhere: nothingNext },
  }),
  defineAction({
    id: 'previous-match',
    key: { names: ['N'], on: 'all', helpWith: 'next-match' },
    run: { session: nextCode(-1), anywhere: nothingNext },
  }),
] as const;
