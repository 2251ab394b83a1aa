import { describe, expect, test } from 'vitest';
import { canMove, hasWorker, moves, type SessionState, sessionStates } from '../../src/session/session-state.ts';

const anywhere: SessionState[] = ['stopping', 'logged_out', 'held', 'failed'];

describe('moves between states', () => {
  test.each(sessionStates)('%s may stay and may go to stopping, logged_out, held and failed', (state) => {
    expect(canMove(state, state)).toBe(true);
    for (const to of anywhere) expect(canMove(state, to)).toBe(true);
    expect(moves[state].has(state)).toBe(false);
  });

  test.each(sessionStates.filter((state) => !anywhere.includes(state)))('%s is reachable', (state) => {
    expect(sessionStates.some((from) => from !== state && canMove(from, state))).toBe(true);
  });

  test('a session that is off never jumps into a state that needs a living worker, but through starting', () => {
    for (const from of ['stopped', 'queued'] as const) {
      for (const to of ['qr', 'code', 'syncing', 'connected', 'offline'] as const)
        expect(canMove(from, to)).toBe(false);
    }
  });

  test('stopping ends in stopped, or the session is wanted again', () => {
    expect([...moves.stopping].filter((to) => !anywhere.includes(to)).sort()).toEqual([
      'queued',
      'starting',
      'stopped',
    ]);
  });

  test('failed is left by a person: stopped, or a start', () => {
    expect([...moves.failed].filter((to) => !anywhere.includes(to)).sort()).toEqual(['queued', 'starting', 'stopped']);
  });

  test('from every state the session can be stopped and started again', () => {
    for (const from of sessionStates) {
      const seen = new Set<SessionState>([from]);
      const queue: SessionState[] = [from];
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        for (const to of moves[next]) {
          if (!seen.has(to)) {
            seen.add(to);
            queue.push(to);
          }
        }
      }
      expect([...seen].sort()).toEqual([...sessionStates].sort());
    }
  });

  test('a worker is expected exactly where one runs', () => {
    expect(sessionStates.filter((state) => !hasWorker(state))).toEqual(['stopped', 'queued', 'waiting', 'failed']);
  });
});
