import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isErased, markErased, markRestored, mayBeAnsweredElsewhere } from '../../src/store/guards.ts';
import type { Store } from '../../src/store/store.ts';
import { openNewStore } from '../support/empty-database.ts';
import { addSession, chatOf, inbound } from './support.ts';

let directory: string;
let store: Store;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-guards-'));
  store = openNewStore(join(directory, 'fleet.db'));
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

const minute = 60_000;
const connectedAt = 1_800_000_000_500;

describe('after a restore', () => {
  const ask = (at: number, connected = connectedAt): boolean =>
    mayBeAnsweredElsewhere(store.database, 'one', at, connected);

  it('a session that was not restored answers as ever', () => {
    expect(ask(connectedAt - minute)).toBe(false);
  });

  it('everything before the first connection may be answered elsewhere, from its own second on it is new', () => {
    markRestored(store.database, 'one');
    expect(ask(connectedAt - 1, 0)).toBe(true);
    expect(ask(1_799_999_999_000)).toBe(true);
    expect(ask(1_800_000_000_000)).toBe(false);
    expect(mayBeAnsweredElsewhere(store.database, 'two', connectedAt - minute, connectedAt)).toBe(false);
  });

  it('a later connection does not move the border', () => {
    markRestored(store.database, 'one');
    ask(connectedAt);
    expect(ask(connectedAt + minute, connectedAt + 10 * minute)).toBe(false);
    expect(ask(connectedAt - minute, connectedAt + 10 * minute)).toBe(true);
  });
});

describe('after an erasure', () => {
  const message: Parameters<typeof isErased>[2] = {
    id: 'old',
    fromMe: false,
    phone: null,
    chatId: '1@c.us',
    author: null,
    timestamp: 1000,
  };
  const ask = (change: Partial<typeof message>): boolean => isErased(store.database, 'one', { ...message, ...change });

  it('old messages are known by number with or without the ninth digit, chat id and author; new ones are welcome', () => {
    markErased(store.database, 'one', { phone: '5511987654321', chatIds: ['123456789012345@lid'] }, 2000);
    expect(ask({})).toBe(false);
    expect(ask({ phone: '5511987654321' })).toBe(true);
    expect(ask({ phone: '551187654321' })).toBe(true);
    expect(ask({ chatId: '551187654321@c.us' })).toBe(true);
    expect(ask({ chatId: '123456789012345@lid' })).toBe(true);
    expect(ask({ chatId: 'group@g.us', author: '123456789012345@lid' })).toBe(true);
    expect(ask({ phone: '5511987654321', timestamp: 2001 })).toBe(false);
    expect(isErased(store.database, 'two', { ...message, phone: '5511987654321' })).toBe(false);
  });

  it('a message of the very second is old when it was stored by then, and new when it was not', () => {
    const one = addSession(store, 'one');
    const written = inbound(one, chatOf(store, one).id, 'written', { at: 5000 });
    store.messages.insert(written, 5100);
    markErased(store.database, one.id, { phone: '5511987654321', chatIds: [] }, 5700);
    const same = { ...message, phone: '5511987654321', timestamp: 5000 };
    expect(isErased(store.database, one.id, { ...same, id: written.waId })).toBe(true);
    expect(isErased(store.database, one.id, { ...same, id: 'just-written' })).toBe(false);
    expect(isErased(store.database, one.id, { ...same, id: 'never-seen', timestamp: 4000 })).toBe(true);
    expect(isErased(store.database, one.id, { ...same, id: 'our-own-echo', fromMe: true })).toBe(true);
  });

  it('keeps no number', () => {
    markErased(store.database, 'one', { phone: '5511987654321', chatIds: [] }, 1000);
    const rows = store.database.all<{ key: string; value: string }>('SELECT key, value FROM meta');
    expect(JSON.stringify(rows)).not.toContain('87654321');
  });
});
