import type { AiLight } from '../../../src/protocol/fleet.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { AiProvider, AiResult, PassingFault } from '../../ai/ai-provider.ts';
import { type AiState, createAiState, type LightCause } from './ai-state.ts';
import { createCallSlots } from './call-slots.ts';
import type { EngineOptions } from './engine-types.ts';
import { isAhead } from './set-back.ts';

/** The only way to the AI service: how many calls at once, their deadline, and whether it answers at all. */
export interface AiGate extends Pick<AiState, 'setOverBudget' | 'setChosen' | 'light'> {
  provider(session: StoredSession): AiProvider;
  /** Never rejects: a call that fails or overruns is a passing fault. */
  ask<R extends AiResult>(
    timeoutMs: Milliseconds,
    call: (signal: AbortSignal) => Promise<R>,
  ): Promise<R | PassingFault>;
  /** Until when nothing is asked because the service refuses; null: ask. */
  blockedUntil(session: StoredSession): EpochMs | null;
  /** When the service last gave an answer (or said that it has none); null: not in this life. */
  lastAnswerAt(): EpochMs | null;
  /** Takes a result into the light. What concerns one request only says nothing about the service. */
  note(session: StoredSession, result: AiResult): void;
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
/** A service that asks to be left alone for this long is a state that a person should see. */
const longWaitMs: Milliseconds = 60_000;

/** Ends when the call does, or with the reason of the abort, whatever the call makes of it. */
const untilAborted = <T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
  return Promise.race([call(signal), aborted]);
};

export const createAiGate = (options: EngineOptions, onLight: (light: AiLight, cause: LightCause) => void): AiGate => {
  const { clock } = options;
  const state = createAiState(onLight);
  const slots = createCallSlots(callsAtOnce);
  const controllers = new Set<AbortController>();
  // Two where a canary has a service of its own.
  let made: { readonly providers: Map<string, AiProvider>; readonly revision: number } | null = null;
  let blocked: { since: EpochMs; until: EpochMs; revision: number } | null = null;
  let answeredAt: EpochMs | null = null;
  let longUntil: EpochMs = 0;
  let isStopped = false;

  /** Until when the service wants to be left alone, when that is long; each chat hears another moment, told is one. */
  const longWait = (result: AiResult): EpochMs | null => {
    if (result.kind !== 'passing' || (result.retryAfterMs ?? 0) < longWaitMs) return null;
    const until = clock.now() + Math.round(result.retryAfterMs ?? 0);
    if (longUntil <= clock.now() || until > longUntil + longWaitMs) longUntil = until;
    return longUntil;
  };

  return {
    provider: (session) => {
      const { ai } = session.config;
      const service = JSON.stringify([ai.provider, ai.api, ai.baseUrl]);
      if (made === null || made.revision !== session.revision || made.providers.size > 2)
        made = { providers: new Map(), revision: session.revision };
      const known = made.providers.get(service);
      if (known !== undefined) return known;

      const provider = options.aiFor(ai);
      made.providers.set(service, provider);
      return provider;
    },
    ask: async (timeoutMs, call) => {
      await slots.enter();
      const controller = new AbortController();
      controllers.add(controller);
      const cancel = clock.after(timeoutMs + graceMs, () =>
        controller.abort(new Error('no answer within its deadline')),
      );

      try {
        if (isStopped) controller.abort(new Error('the worker stops'));
        return await untilAborted(controller.signal, call);
      } catch (error) {
        return { kind: 'passing', code: 'failed', reason: plainText(messageOf(error)), retryAfterMs: null };
      } finally {
        cancel();
        controllers.delete(controller);
        slots.leave();
      }
    },
    blockedUntil: (session) => {
      if (blocked === null) return null;
      const now = clock.now();
      // Of a clock that was set back since, the pause is over.
      if (blocked.revision !== session.revision || blocked.until <= now || isAhead(blocked.since, now)) return null;
      return blocked.until;
    },
    lastAnswerAt: () => answeredAt,
    note: (session, result) => {
      const now = clock.now();
      if (result.kind === 'refused' && result.scope === 'request') return;

      if (result.kind === 'refused') blocked = { since: now, until: now + refusedPauseMs, revision: session.revision };
      else if (result.kind !== 'passing') {
        blocked = null;
        answeredAt = now;
        longUntil = 0;
      }
      state.noteResult(result, result.kind === 'refused' ? (blocked?.until ?? null) : longWait(result));
    },
    setOverBudget: state.setOverBudget,
    setChosen: state.setChosen,
    light: state.light,
    forget: () => {
      made = null;
      if (blocked !== null && clock.now() - blocked.since >= refusedAtLeastMs) blocked = null;
    },
    stop: () => {
      isStopped = true;
      for (const controller of controllers) controller.abort(new Error('the worker stops'));
      slots.openAll();
    },
  };
};
