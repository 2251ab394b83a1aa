import { describe, expect, it } from 'vitest';
import {
  type ColumnId,
  fleetColumns,
  hideableColumns,
  isPhone,
  measuredOf,
} from '../../../../components/view-models/fleet/columns.ts';

import { sessionRow } from '../../support/fake-fleet.ts';

const all = { served: true, messages: true, severalNodes: false, proof: false };
const ids = (columns: number, measured = all, hidden: readonly ColumnId[] = []) =>
  fleetColumns(columns, measured, new Set(hidden)).all.map(({ id }) => id);

describe('columns', () => {
  it('drop out by priority, and CPU and memory stand from 80 columns on', () => {
    expect(ids(40)).toEqual(['name', 'state', 'waiting']);
    expect(ids(60)).toEqual(['name', 'state', 'for', 'waiting']);
    expect(ids(80)).toEqual(['name', 'state', 'for', 'waiting', 'messages', 'inOut', 'cpu', 'mem']);
    expect(ids(100)).toEqual(['name', 'state', 'for', 'waiting', 'served', 'messages', 'inOut', 'last', 'cpu', 'mem']);
    expect(ids(120)).toEqual(ids(100));
    expect(ids(148)).toEqual([
      'name',
      'state',
      'for',
      'waiting',
      'served',
      'note',
      'messages',
      'inOut',
      'last',
      'cpu',
      'mem',
    ]);
    for (let columns = 80; columns < 300; columns += 1)
      expect(ids(columns)).toEqual(expect.arrayContaining(['cpu', 'mem']));
  });

  it('never overlap, and leave the scroll bar and the last column free', () => {
    for (let columns = 20; columns < 300; columns += 1)
      for (const [severalNodes, proof] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ] as const) {
        const found = fleetColumns(columns, { ...all, severalNodes, proof });
        let end = 0;
        for (const column of found.all) {
          expect(column.start).toBeGreaterThanOrEqual(end);
          end = column.start + column.width;
        }
        expect(end).toBeLessThanOrEqual(Math.max(found.edge + 1, isPhone(columns) ? columns - 1 : 0));
        expect(found.edge).toBeLessThan(columns - 2);
      }
  });

  it('show what mystery customers found only where one asks, in the place of the last message while there is no more room', () => {
    const asked = { ...all, proof: true };
    expect(ids(120, asked)).toEqual(ids(120).map((id) => (id === 'last' ? 'proof' : id)));
    expect(ids(120, asked, ['proof'])).toEqual(ids(120));
    expect(ids(160, asked)).toEqual(expect.arrayContaining(['last', 'proof']));
    expect(ids(80, asked)).toEqual(ids(80));
  });

  it('are not taken while nothing fills them', () => {
    const none = { served: false, messages: false, severalNodes: false, proof: false };
    expect(ids(120, none)).toEqual(['name', 'state', 'for', 'waiting', 'inOut', 'last', 'cpu', 'mem']);
  });

  it('are all there in a window that is wide enough, and each can be hidden', () => {
    const asked = { ...all, proof: true };
    expect(ids(300, asked)).toEqual(expect.arrayContaining([...hideableColumns]));
    for (const id of hideableColumns) expect(ids(300, asked, [id])).not.toContain(id);
    expect(ids(100, { ...all, severalNodes: true })).toContain('node');
    expect(ids(80, { ...all, severalNodes: true })).toContain('node');
  });

  it('has the column of nodes as soon as more than one server is known, also while all bots are on one', () => {
    const rows = [sessionRow('loja'), sessionRow('padaria')];
    expect([undefined, 1, 2].map((servers) => measuredOf(rows, servers).severalNodes)).toEqual([false, false, true]);
    const elsewhere = sessionRow('mercado', { node: 'vps-sp2' });
    expect(measuredOf([...rows, elsewhere]).severalNodes).toBe(true);
  });
});
