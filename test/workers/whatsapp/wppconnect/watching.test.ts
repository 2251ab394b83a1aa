import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FleetError } from '../../../../src/session/fleet-error.ts';
import type { WhatsAppEvent } from '../../../../workers/whatsapp/whatsapp-client.ts';
import { createBound } from '../../../../workers/whatsapp/wppconnect/bounded.ts';
import { createEventHub } from '../../../../workers/whatsapp/wppconnect/event-hub.ts';
import { noPage, type PageSnapshot } from '../../../../workers/whatsapp/wppconnect/link-state.ts';
import { createLoginCodes } from '../../../../workers/whatsapp/wppconnect/login-codes.ts';
import { withPageDeadline } from '../../../../workers/whatsapp/wppconnect/page-deadline.ts';
import { createPageWatch } from '../../../../workers/whatsapp/wppconnect/page-watch.ts';

const silent = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

it('allows a remedy so often within its window', () => {
  let now = 0;
  const allowed = createBound(2, 100, () => now);
  expect([allowed(), allowed(), allowed()]).toEqual([true, true, false]);
  now = 101;
  expect(allowed()).toBe(true);
});

describe('withPageDeadline', () => {
  it('passes results and errors on', async () => {
    expect(await withPageDeadline(Promise.resolve(7), 1_000, 'it')).toBe(7);
    await expect(withPageDeadline(Promise.reject(new Error('no')), 1_000, 'it')).rejects.toThrow('no');
  });
  it('rejects when it takes too long', async () => {
    await expect(withPageDeadline(new Promise(() => undefined), 1, 'it')).rejects.toMatchObject({ code: 'page-hung' });
  });
});

it('tells the other listeners when one of them fails', () => {
  const hub = createEventHub(silent);
  const heard: WhatsAppEvent[] = [];
  hub.on(() => {
    throw new Error('mine');
  });
  const leave = hub.on((event) => heard.push(event));
  hub.note('info', 'one', 'first');
  leave();
  hub.note('info', 'two', 'second');
  expect(heard).toEqual([{ type: 'note', level: 'info', code: 'one', text: 'first' }]);
  expect(silent.error).toHaveBeenCalledWith('a listener of note failed: mine');
});

describe('the watch of a page', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const watched = (answers: () => Promise<PageSnapshot>) => {
    const told = { seen: 0, lost: 0, hung: 0, taken: 0 };
    let active = true;
    const watch = createPageWatch({
      everyMs: 1_000,
      active: () => active,
      take: () => {
        told.taken += 1;
        return answers();
      },
      seen: async () => {
        told.seen += 1;
      },
      lost: async () => {
        told.lost += 1;
      },
      hung: () => {
        told.hung += 1;
        active = false;
      },
    });
    return { watch, told };
  };

  it('looks every second, one look at a time', async () => {
    const { watch, told } = watched(async () => noPage);
    await Promise.all([watch.readPage(), watch.readPage()]);
    expect(told.taken).toBe(1);
    watch.readPageSoon();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(told.taken).toBe(5);
    watch.stop();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(told.taken).toBe(5);
  });

  it('calls it hung after three looks without an answer in a row, and stops', async () => {
    const answers = [true, false, false, true, false, false, false];
    const { watch, told } = watched(async () => {
      if (answers.shift()) return noPage;
      throw new FleetError('page-hung', 'no answer');
    });
    watch.readPageSoon();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual({ seen: 2, lost: 0, hung: 1, taken: 7 });
  });

  it('does not count a page that navigates', async () => {
    const { watch, told } = watched(() => Promise.reject(new Error('Execution context was destroyed')));
    watch.readPageSoon();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told.hung).toBe(0);
    expect(told.lost).toBeGreaterThan(3);
    watch.stop();
  });
});

describe('login codes', () => {
  const start = () => {
    const events: WhatsAppEvent[] = [];
    const hub = createEventHub(silent);
    hub.on((event) => events.push(event));
    return { codes: createLoginCodes(hub), events };
  };

  it('shows each QR once, and again when asked for new codes', () => {
    const { codes, events } = start();
    codes.qrCame('one');
    codes.show();
    codes.show();
    codes.qrCame('two');
    codes.show();
    codes.restart(null);
    codes.show();
    const told = events.map((event) => (event.type === 'qr' ? [event.payload, event.attempt] : []));
    expect(told).toEqual([
      ['one', 1],
      ['two', 2],
      ['two', 1],
    ]);
  });

  it('tells of each pairing code once, and when it is over', () => {
    const { codes, events } = start();
    codes.restart('5511987654321');
    codes.pairingNews(null);
    codes.pairingNews({ count: 1, kind: 'code', value: 'ABCD1234' });
    codes.pairingNews({ count: 1, kind: 'code', value: 'ABCD1234' });
    codes.pairingNews({ count: 2, kind: 'code', value: 'EFGH5678' });
    codes.pairingNews({ count: 3, kind: 'expired', value: '' });
    expect(codes.isPairing()).toBe(false);
    expect(
      events.map((event) => (event.type === 'code' ? event.code : event.type === 'note' ? event.code : '')),
    ).toEqual(['ABCD1234', 'EFGH5678', 'pairing-expired']);
  });

  it('ends a pairing that the page forgot', () => {
    const { codes, events } = start();
    codes.restart('5511987654321');
    for (let look = 0; look < 3; look += 1) codes.pairingNews(null);
    expect(codes.isPairing()).toBe(false);
    expect(events).toMatchObject([{ type: 'note', code: 'pairing-lost' }]);
  });
});
