import { afterEach, describe, expect, it, vi } from 'vitest';
import { noTraffic, type Traffic, trafficOf } from '../../../../components/view-models/fleet/traffic.ts';
import type { SessionRow } from '../../../../src/protocol/fleet.ts';
import { exampleSnapshot, fakeFleet, now, seconds, sessionRow } from '../../support/fake-fleet.ts';
import { openScreen, type Screen } from '../../support/terminal.ts';

const at = (received: number, sent: number, last: number, name = 'loja-1'): SessionRow =>
  sessionRow(name, { receivedLastHour: received, sentLastHour: sent, lastMessageAt: now + last });
const way = (traffic: Traffic, name = 'loja-1'): string | null => traffic.lit.get(`id-${name}`)?.way ?? null;

describe('a message that passes', () => {
  it('lights the dot in its way for one tick', () => {
    const first = trafficOf(noTraffic, [at(5, 4, 0)], now);
    expect(way(first)).toBeNull();
    const came = trafficOf(first, [at(6, 4, 900)], now + 1000);
    expect(way(came)).toBe('in');
    // Drawn again because of a key: it is the same tick.
    expect(way(trafficOf(came, [at(6, 4, 900)], now + 1200))).toBe('in');
    const went = trafficOf(came, [at(6, 5, 1900)], now + 2000);
    expect(way(went)).toBe('out');
    expect(way(trafficOf(went, [at(6, 5, 1900)], now + 3000))).toBeNull();
  });

  it('is seen although the counts of the hour fall, and a falling count alone is none', () => {
    const first = trafficOf(noTraffic, [at(6, 4, 0)], now);
    expect(way(trafficOf(first, [at(6, 4, 900)], now + 1000))).toBe('in');
    expect(way(trafficOf(first, [at(5, 4, 0)], now + 1000))).toBeNull();
  });

  it('is shown on ten rows of a frame at most', () => {
    const names = Array.from({ length: 30 }, (_, index) => `loja-${index}`);
    const first = trafficOf(
      noTraffic,
      names.map((name) => at(1, 1, 0, name)),
      now,
    );
    const next = trafficOf(
      first,
      names.map((name) => at(2, 1, 900, name)),
      now + 1000,
    );
    expect(next.lit.size).toBe(10);
  });
});

describe('on the screen', () => {
  let screen: Screen | null = null;
  afterEach(async () => {
    await screen?.close();
    screen = null;
  });

  it('the dot is painted otherwise for a tick, and then as before', async () => {
    const fleet = fakeFleet({
      ...exampleSnapshot(),
      // The cursor is on the first one.
      sessions: ['loja-0', 'loja-1'].map((name) =>
        sessionRow(name, { receivedLastHour: 5, sentLastHour: 4, lastMessageAt: now - seconds(60) }),
      ),
      events: [],
    });
    const shown = await openScreen({ fleet, columns: 120, rows: 40 });
    screen = shown;
    await shown.waitFor('● loja-1');
    const dot = (): string | undefined => {
      const row = shown.picture().find(({ signs }) => signs.join('').includes('● loja-1'));
      return row?.styles[row.signs.indexOf('●')];
    };
    const calm = dot() ?? expect.unreachable('no dot');
    fleet.patch('loja-1', { receivedLastHour: 6, lastMessageAt: now + seconds(1) });
    shown.advance(1000);
    await shown.waitFor(/loja-1 .* 6\/4/);
    const lit = dot();
    expect(lit).not.toBe(calm);
    for (let tick = 0; tick < 2; tick += 1) {
      shown.advance(1000);
      vi.advanceTimersByTime(1000);
      await shown.press('');
    }
    expect(dot()).toBe(calm);
  });
});
