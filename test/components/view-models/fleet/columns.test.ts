import { describe, expect, it } from 'vitest';
import {
  type ColumnId,
  fleetColumns,
  hideableColumns,
  isPhone,
} from '../../../../components/view-models/fleet/columns.ts';

const all = { served: true, messages: true, severalNodes: false };
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
      for (const severalNodes of [false, true]) {
        const found = fleetColumns(columns, { ...all, severalNodes });
        let end = 0;
        for (const column of found.all) {
          expect(column.start).toBeGreaterThanOrEqual(end);
          end = column.start + column.width;
        }
        expect(end).toBeLessThanOrEqual(Math.max(found.edge + 1, isPhone(columns) ? columns - 1 : 0));
        expect(found.edge).toBeLessThan(columns - 2);
      }
  });

  it('are not taken while nothing fills them', () => {
    const none = { served: false, messages: false, severalNodes: false };
    expect(ids(120, none)).toEqual(['name', 'state', 'for', 'waiting', 'inOut', 'last', 'cpu', 'mem']);
  });

  it('are all there in a window that is wide enough, and each can be hidden', () => {
    expect(ids(300)).toEqual(expect.arrayContaining([...hideableColumns]));
    for (const id of hideableColumns) expect(ids(300, all, [id])).not.toContain(id);
    expect(ids(100, { ...all, severalNodes: true })).toContain('node');
    expect(ids(80, { ...all, severalNodes: true })).toContain('node');
  });
});
