import { messageOf } from '../../../src/session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { EngineCore } from '../core/engine-core.ts';
import type { EngineTimers } from '../core/engine-timers.ts';
import type { Inbox } from './inbox.ts';

/** Everything that arrived while nobody listened goes into the inbox before the first answer. */
export interface CatchUp {
  /** A connection begins. Afterwards the link is ready, also when the missed messages could not be read: that is tried again. */
  connect(connectedAt: EpochMs): void;
  disconnect(): void;
  /** Tries again what could not be read, when it is time. */
  retryWhenDue(): void;
}

/** Reading the missed messages is tried this often at once, then once a minute. */
const firstTries = 3;
const againMs: Milliseconds = 60_000;
const pauseMs: Milliseconds = 2000;
/** Younger messages are looked for than those that can still be answered, so that too old ones are at least seen as unanswered. */
const lookBackMs: Milliseconds = 86_400_000;

export const createCatchUp = (core: EngineCore, inbox: Inbox, timers: EngineTimers, onReady: () => void): CatchUp => {
  const { clock, link, log } = core;
  let connection = 0;
  let isDone = false;
  let againAt: EpochMs = 0;

  const readMissed = async (isCurrent: () => boolean): Promise<void> => {
    core.forget();
    const { firstLinkedAt, config } = core.current();
    const since = Math.max(firstLinkedAt ?? clock.now(), clock.now() - config.timing.maxAgeMs - lookBackMs);
    const missed = await core.client.missedMessages(since);
    if (!isCurrent()) return;

    for (const message of missed) inbox.push(message);
    inbox.flush();
    isDone = true;
    if (missed.length > 0) log.info('caught up with what arrived while away', { messages: missed.length });
  };

  const catchUp = async (tries: number): Promise<void> => {
    const mine = connection;
    const isCurrent = (): boolean => mine === connection && !link.isStopping;
    // Not again while this one runs.
    againAt = Number.POSITIVE_INFINITY;

    for (let attempt = 1; attempt <= tries && isCurrent() && !isDone; attempt += 1) {
      try {
        await readMissed(isCurrent);
      } catch (error) {
        log.warn('missed messages could not be read', { error: messageOf(error), attempt });
        if (attempt < tries) await timers.pause(pauseMs * attempt);
      }
    }
    if (!isCurrent()) return;

    againAt = clock.now() + againMs;
    link.isReady = true;
    try {
      onReady();
    } catch (error) {
      log.error('the pipeline could not look at the store; tried again', { error: messageOf(error) });
    }
  };

  return {
    connect: (connectedAt) => {
      connection += 1;
      link.connectedAt = connectedAt;
      link.isReady = false;
      isDone = false;
      void catchUp(firstTries);
    },
    disconnect: () => {
      connection += 1;
      link.isReady = false;
    },
    retryWhenDue: () => {
      if (link.isReady && !isDone && clock.now() >= againAt) void catchUp(1);
    },
  };
};
