import type { Logger } from '../../src/log/logger.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import { type LinkFacts, type StateBody, stateBody } from './link-view.ts';
import { type CodeBody, idleAt, noCode } from './shown-code.ts';
import type { Body, SessionOutlet } from './worker-identity.ts';

/** What a session tells of itself: its state and code at every change, its activity now and then. */
export interface SessionFace {
  state(): StateBody;
  code(): CodeBody;
  publishState(): void;
  /** `noCode` takes a shown one back. */
  showCode(code: CodeBody): void;
  /** Something happened that is worth a look; told once for many. */
  pokeActivity(): void;
  stop(): void;
}

const activityDebounce: Milliseconds = 300;

export const createSessionFace = (options: {
  readonly outlet: SessionOutlet;
  readonly log: Logger;
  readonly now: () => number;
  readonly facts: () => LinkFacts;
  readonly activity: () => Body<'zap:activity'>;
  /** The last code that is shown ran out, and nobody came. */
  readonly onIdle: () => void;
}): SessionFace => {
  const { outlet, log, now, facts } = options;
  let view = stateBody(facts(), null, now());
  let code = noCode;
  let idleTimer: NodeJS.Timeout | undefined;
  let activityTimer: NodeJS.Timeout | undefined;
  let stopped = false;
  return {
    state: () => view,
    code: () => code,
    publishState: () => {
      const next = stateBody(facts(), view, now());
      const isNew = JSON.stringify(next) !== JSON.stringify(view);
      if (next.state !== view.state || next.reasonCode !== view.reasonCode)
        log.info(`state: ${next.state}`, { reasonCode: next.reasonCode, reason: next.reason });
      view = next;
      if (isNew) outlet.state(view);
    },
    showCode: (next) => {
      clearTimeout(idleTimer);
      const wasShown = code.kind !== 'none';
      code = next;
      if (next.kind !== 'none' || wasShown) outlet.code(code);
      const idleMoment = idleAt(code);
      if (idleMoment !== null && !stopped) idleTimer = setTimeout(options.onIdle, Math.max(0, idleMoment - now()));
    },
    pokeActivity: () => {
      if (activityTimer !== undefined || stopped) return;
      activityTimer = setTimeout(() => {
        activityTimer = undefined;
        outlet.activity(options.activity());
      }, activityDebounce);
    },
    stop: () => {
      stopped = true;
      clearTimeout(idleTimer);
      clearTimeout(activityTimer);
    },
  };
};
