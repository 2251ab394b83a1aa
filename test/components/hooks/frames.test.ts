import { describe, expect, it } from 'vitest';
import { createFrames, isUrgent } from '../../../components/hooks/frames.ts';
import { exampleSnapshot, fakeFleet, now, sessionRow } from '../support/fake-fleet.ts';

describe('frames', () => {
  it('come at once for a state, and not for a number', () => {
    const before = exampleSnapshot();
    const number = { ...before, sessions: before.sessions.map((row) => ({ ...row, receivedLastHour: 99 })) };
    const state = {
      ...before,
      sessions: before.sessions.map((row, index) => (index === 3 ? { ...row, verdict: 'offline' as const } : row)),
    };
    expect(isUrgent(before, number)).toBe(false);
    expect(isUrgent(before, state)).toBe(true);
    expect(isUrgent(before, { ...before, sessions: [...before.sessions, sessionRow('zz')] })).toBe(true);
  });
  it('stop with the dashboard', () => {
    const fleet = fakeFleet();
    const frames = createFrames({ fleet, clock: () => now });
    let seen = 0;
    frames.subscribe(() => {
      seen += 1;
    });
    fleet.lose(now);
    expect(frames.get().lostSince).toBe(now);
    expect(seen).toBe(1);
    frames.close();
    expect(fleet.listeners()).toBe(0);
  });
});
