import { describe, expect, it } from 'vitest';
import {
  noOrder,
  type Order,
  type SortKey,
  settle,
  shownGroup,
} from '../../../../components/view-models/fleet/order.ts';
import type { SessionRow } from '../../../../src/protocol/fleet.ts';
import { minutes, now, sessionRow } from '../../support/fake-fleet.ts';

const at = (
  before: Order,
  sessions: readonly SessionRow[],
  time: number,
  more: { frozen?: boolean; lastKeyAt?: number | null; sort?: SortKey } = {},
) =>
  settle(before, {
    sessions,
    now: time,
    sort: more.sort ?? 'default',
    frozen: more.frozen ?? false,
    lastKeyAt: more.lastKeyAt ?? null,
  });

const waiting = (chats: number, ms: number) => ({ waiting: { chats, oldestSince: now - ms, estimated: true } });

describe('the order of the fleet', () => {
  it('is the longest waiter, however many wait elsewhere, then who is newest, the longest recovering, names', () => {
    const sessions = [
      sessionRow('zz'),
      sessionRow('aa'),
      sessionRow('few', { state: 'logged_out', ...waiting(1, minutes(27)) }),
      sessionRow('many', { state: 'logged_out', ...waiting(9, minutes(9)) }),
      sessionRow('old', { state: 'qr', since: now - minutes(9) }),
      sessionRow('new', { state: 'qr', since: now - minutes(1) }),
      sessionRow('short', { state: 'offline', since: now - minutes(1) }),
      sessionRow('long', { state: 'offline', since: now - minutes(5) }),
      sessionRow('off', { state: 'stopped' }),
    ];
    expect(at(noOrder, sessions, now).ids.map((id) => id.slice(3))).toEqual([
      'few',
      'many',
      'new',
      'old',
      'long',
      'short',
      'aa',
      'zz',
      'off',
    ]);
  });

  it('moves a row to another group after three seconds in it, and not before', () => {
    const first = at(noOrder, [sessionRow('aa'), sessionRow('bb')], now);
    const broken = [sessionRow('aa'), sessionRow('bb', { state: 'offline' })];
    const seen = at(first, broken, now + 1000);
    expect(seen.ids).toBe(first.ids);
    const later = at(seen, broken, now + 3900);
    expect(later.ids).toBe(first.ids);
    expect(at(later, broken, now + 4000).ids).toEqual(['id-bb', 'id-aa']);
  });

  it('forgets a move that was taken back', () => {
    const fine = [sessionRow('aa'), sessionRow('bb')];
    const broken = [sessionRow('aa'), sessionRow('bb', { state: 'offline' })];
    let order = at(noOrder, fine, now);
    order = at(order, broken, now + 1000);
    order = at(order, fine, now + 2000);
    order = at(order, broken, now + 3500);
    expect(at(order, broken, now + 5000).ids).toEqual(['id-aa', 'id-bb']);
  });

  it('stands still under a dialog and for two seconds after a key', () => {
    const broken = [sessionRow('aa'), sessionRow('bb', { state: 'logged_out' })];
    let order = at(noOrder, [sessionRow('aa'), sessionRow('bb')], now);
    order = at(order, broken, now + 100);
    expect(at(order, broken, now + 60_000, { frozen: true }).ids).toBe(order.ids);
    expect(at(order, broken, now + 60_000, { lastKeyAt: now + 58_500 }).ids).toBe(order.ids);
    expect(at(order, broken, now + 60_000, { lastKeyAt: now + 57_000 }).ids).toEqual(['id-bb', 'id-aa']);
  });

  it('takes new sessions in and gone ones out at once, also while it stands still', () => {
    const first = at(noOrder, [sessionRow('aa'), sessionRow('cc')], now);
    const next = at(first, [sessionRow('bb'), sessionRow('cc')], now + 10, { frozen: true });
    expect(next.ids).toEqual(['id-bb', 'id-cc']);
  });

  it('keeps its identity while nothing moves', () => {
    const sessions = [sessionRow('aa'), sessionRow('bb')];
    const first = at(noOrder, sessions, now);
    expect(at(first, sessions, now + 60_000).ids).toBe(first.ids);
    expect(shownGroup(first, sessionRow('aa'))).toBe('answering');
  });

  it('sorts inside the groups by what was chosen', () => {
    const sessions = [
      sessionRow('aa', { restarts: 1 }),
      sessionRow('bb', { restarts: 7 }),
      sessionRow('cc', { state: 'qr' }),
    ];
    expect(at(noOrder, sessions, now, { sort: 'restarts' }).ids).toEqual(['id-cc', 'id-bb', 'id-aa']);
  });
});
