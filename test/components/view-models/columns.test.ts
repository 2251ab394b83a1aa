import { describe, expect, it } from 'vitest';
import { fleetColumns } from '../../../components/view-models/columns.ts';

describe('columns', () => {
  it('drop out by priority', () => {
    const ids = (columns: number) => fleetColumns(columns).map(({ id }) => id);
    expect(ids(40)).toEqual(['name', 'state', 'waiting']);
    expect(ids(60)).toEqual(['name', 'state', 'for', 'waiting', 'detail']);
    expect(ids(80)).toEqual(['name', 'state', 'for', 'waiting', 'detail', 'cpu', 'mem']);
    expect(ids(120)).toEqual([
      'name',
      'state',
      'for',
      'waiting',
      'detail',
      'last',
      'inOut',
      'cpu',
      'mem',
      'trend',
      'restarts',
    ]);
    expect(fleetColumns(200, true).map(({ id }) => id)).toContain('node');
    for (let columns = 40; columns < 300; columns += 1)
      for (const column of fleetColumns(columns)) expect(column.start + column.width).toBeLessThan(columns + 1);
  });
});
