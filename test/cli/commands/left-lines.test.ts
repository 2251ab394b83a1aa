import { expect, it } from 'vitest';
import { leftLines } from '../../../src/cli/commands/left-lines.ts';

it('names each thing that is left, and when it goes or who removes it, in lines that a terminal does not act on', () => {
  const until = Date.parse('2026-12-05T03:00:00Z');
  const lines = leftLines([
    { what: 'backup', file: '/x/fleet-20261128T030000Z.tar.gz', until, note: null },
    { what: 'backup', file: '/x/session-loja\u001b[2J.tar.gz', until: null, note: null },
    { what: 'record', file: '/x/fleet.db', until: null, note: 'only that it was erased' },
    { what: 'replica', file: null, until: null, note: 'Supabase is\u202e away' },
  ]);
  expect(lines).toEqual([
    'It may still be in: backup /x/fleet-20261128T030000Z.tar.gz: removed by itself on 2026-12-05',
    'It may still be in: backup /x/session-loja.tar.gz: remove it by hand',
    'It may still be in: record /x/fleet.db: only that it was erased',
    'It may still be in: replica: Supabase is away',
  ]);
  expect(leftLines([])).toEqual([]);
});
