import type { AiLight } from '../../../src/protocol/fleet.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { AiProvider, AiResult } from '../../ai/ai-provider.ts';
import type { EngineOptions } from './engine-types.ts';

/** The only way to the AI service: how many calls at once, their deadline, and whether it answers at all. */
export interface AiGate {
  provider(session: StoredSession): AiProvider;
  /** Never rejects: a call that fails or overruns is a passing fault. */
  ask(timeoutMs: Milliseconds, call: (signal: AbortSignal) => Promise<AiResult>): Promise<AiResult>;
  /** Until when nothing is asked because the service refuses; null: ask. */
  blockedUntil(session: StoredSession): EpochMs | null;
  /** Takes a result into the light. */
  note(session: StoredSession, result: AiResult): void;
  /** Today's budget is spent and nothing is asked (why), or there is money (null). */
  setOverBudget(reason: string | null): void;
  /** Whether an AI is chosen at all. */
  setChosen(isChosen: boolean): void;
  light(): AiLight;
  /** A person changed something: a new provider is made at the next call, and a service that refused is asked once more. */
  forget(): void;
  /** Ends every call. */
  stop(): void;
}

/** Calls of one session at once: more only queue at the service and cost memory here. */
const callsAtOnce = 16;
/** A provider keeps its own time-out; this ends one that does not. */
const graceMs = 5000;
/** A refused service is not asked again until the configuration changes; a bill that somebody paid is found out after this. */
const refusedPauseMs = 15 * 60_000;
/** A service that refused is not asked sooner again, whatever a person changes meanwhile. */
const refusedAtLeastMs = 30_000;
/** Passing faults in a row from which on the light turns yellow. */
const faultsForWarning = 3;

export type LightCause = 'answers' | 'fault' | 'refused' | 'budget' | 'not-chosen';

interface Trouble {
  readonly code: string;
  readonly reason: string;
}

const answers: AiLight = { status: 'ok', code: null, reason: null };
const sameLight = (a: AiLight, b: AiLight): boolean =>
  a.status === b.status && a.code === b.code && a.reason === b.reason;

export const createAiGate = (options: EngineOptions, onLight: (light: AiLight, cause: LightCause) => void): AiGate => {
  const { clock } = options;
  let made: { provider: AiProvider; revision: number } | null = null;
  let light: AiLight = answers;
  let blocked: { since: EpochMs; until: EpochMs; revision: number } | null = null;
  let refusal: Trouble | null = null;
  let overBudget: string | null = null;
  let isChosen = true;
  let fault: Trouble | null = null;
  let faults = 0;
  let running = 0;
  let isStopped = false;
  const waiting: (() => void)[] = [];
  const controllers = new Set<AbortController>();

  /** The worst thing known is what the light shows. */
  const worst = (): readonly [LightCause, AiLight] => {
    if (!isChosen) return ['not-chosen', { status: 'off', code: 'no-ai', reason: 'no AI is chosen' }];
    if (refusal !== null) return ['refused', { status: 'bad', ...refusal }];
    if (overBudget !== null) return ['budget', { status: 'bad', code: 'budget', reason: overBudget }];
    if (fault !== null) return ['fault', { status: 'warn', ...fault }];
    return ['answers', answers];
  };
  const renew = (): void => {
    const [cause, next] = worst();
    if (sameLight(light, next)) return;
    light = next;
    onLight(next, cause);
  };
  const enter = async (): Promise<void> => {
    if (running < callsAtOnce) {
      running += 1;
      return;
    }
    // The place is handed over by the one that leaves.
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return {
    provider: (session) => {
      if (made === null || made.revision !== session.revision)
        made = { provider: options.aiFor(session.config.ai), revision: session.revision };
      return made.provider;
    },
    ask: async (timeoutMs, call) => {
      await enter();
      const controller = new AbortController();
      controllers.add(controller);
      const cancel = clock.after(timeoutMs + graceMs, () =>
        controller.abort(new Error('no answer within its deadline')),
      );
      try {
        if (isStopped) controller.abort(new Error('the worker stops'));
        const aborted = new Promise<never>((_, reject) => {
          controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
          if (controller.signal.aborted) reject(controller.signal.reason);
        });
        return await Promise.race([call(controller.signal), aborted]);
      } catch (error) {
        return { kind: 'passing', code: 'failed', reason: plainText(messageOf(error)), retryAfterMs: null };
      } finally {
        cancel();
        controllers.delete(controller);
        leave();
      }
    },
    blockedUntil: (session) => {
      if (blocked === null) return null;
      if (blocked.revision !== session.revision || blocked.until <= clock.now()) return null;
      return blocked.until;
    },
    note: (session, result) => {
      const now = clock.now();
      if (result.kind === 'refused') {
        blocked = { since: now, until: now + refusedPauseMs, revision: session.revision };
        refusal = { code: result.code, reason: plainText(result.reason) };
      } else if (result.kind === 'passing') {
        faults += 1;
        if (faults >= faultsForWarning) fault = { code: result.code, reason: plainText(result.reason) };
      } else {
        faults = 0;
        fault = null;
        blocked = null;
        refusal = null;
      }
      renew();
    },
    setOverBudget: (reason) => {
      overBudget = reason;
      renew();
    },
    setChosen: (chosen) => {
      isChosen = chosen;
      renew();
    },
    light: () => light,
    forget: () => {
      made = null;
      if (blocked !== null && clock.now() - blocked.since >= refusedAtLeastMs) blocked = null;
    },
    stop: () => {
      isStopped = true;
      for (const controller of controllers) controller.abort(new Error('the worker stops'));
      while (waiting.length > 0) waiting.shift()?.();
    },
  };
};
