import type { EngineCore } from './core/engine-core.ts';
import { finishWhenSent } from './outbox/part-ending.ts';

/** What an earlier life left open: turns whose answer was never stored are taken up again, parts are found by their state. */
export const recoverTurns = (core: EngineCore): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    for (const turn of core.store.turns.open(core.session.id)) {
      if (turn.outcome === 'running') {
        core.store.toolCalls.drop(turn.id, now);
        core.store.turns.addSteps(turn.id, [{ at: now, step: 'interrupted', values: {} }], now);
        core.store.turns.update(turn.id, { outcome: 'interrupted', finishedAt: now }, now);
      } else finishWhenSent(core, turn.id);
    }
  });
