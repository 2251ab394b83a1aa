import { expect, test } from 'vitest';
import type { FleetSnapshot, FleetTrends } from '../../src/protocol/fleet.ts';
import { applyDelta, deltaBetween } from '../../src/protocol/wire.ts';
import { exampleSnapshot } from '../components/support/fake-fleet.ts';

const trends = (received: number): FleetTrends => ({
  messages: { received: [received], sent: [0] },
  served24h: { inTime: received, late: 0, not: 0 },
  servedHours: 'i'.repeat(24),
  answer: { half: [], most: [] },
  answerNow: null,
  messagesLastHour: { received, sent: 0 },
});

test('trends go in a delta of their own when they change, and never with anything else', () => {
  const { trends: _, ...without } = exampleSnapshot();
  const first: FleetSnapshot = { ...without, sequence: 1, trends: trends(1) };
  const event: FleetSnapshot = { ...first, sequence: 2, banners: [] };
  const later: FleetSnapshot = { ...event, sequence: 3, trends: trends(2) };

  expect(deltaBetween(first, event)).not.toHaveProperty('trends');
  expect(deltaBetween(event, later)).toEqual({ sequence: 3, trends: trends(2) });
  expect(applyDelta(first, { sequence: 2 }).trends).toBe(first.trends);
  expect(applyDelta(first, { sequence: 3, trends: trends(2) }).trends).toEqual(trends(2));
  expect(applyDelta(first, { sequence: 3, trends: null }).trends).toBeNull();
  // A master that is older than trends are.
  expect(applyDelta({ ...without, sequence: 1 }, { sequence: 2 })).not.toHaveProperty('trends');
});
