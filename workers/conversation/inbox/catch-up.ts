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

/** What of ours is asked about in one call: a page that is asked for hundreds at once answers nobody meanwhile. */
const changesAtOnce = 50;
/** Newest first: a page keeps no more of a chat than it has shown. */
const mostRechecked = 500;
/** WhatsApp lets people change a message for 15 minutes and delete it for about two days. */
const endedSinceMs: Milliseconds = 86_400_000;

export const createCatchUp = (core: EngineCore, inbox: Inbox, timers: EngineTimers, onReady: () => void): CatchUp => {
  const { clock, link, log } = core;
  let connection = 0;
  let isDone = false;
  let isOpenRechecked = false;
  let isEndedRechecked = false;
  let againAt: EpochMs = 0;

  const readMissed = async (isCurrent: () => boolean): Promise<void> => {
    core.forget();
    const { firstLinkedAt, config } = core.current();
    const since = Math.max(firstLinkedAt ?? clock.now(), clock.now() - config.timing.maxAgeMs - lookBackMs);
    const missed = await core.client.missedMessages(since);
    if (!isCurrent()) return;

    for (const message of missed) inbox.push({ kind: 'message', message });
    inbox.flush();
    isDone = true;
    if (missed.length > 0) log.info('caught up with what arrived while away', { messages: missed.length });
  };

  /** What became of messages while nobody listened. False: WhatsApp did not tell; asked again later. */
  const readChanges = async (idsOf: () => readonly string[], isCurrent: () => boolean): Promise<boolean> => {
    try {
      const ids = idsOf();
      for (let from = 0; from < ids.length && isCurrent(); from += changesAtOnce) {
        const changes = await core.client.changesOf(ids.slice(from, from + changesAtOnce));
        if (!isCurrent()) return false;
        for (const change of changes) inbox.push({ kind: 'change', change });
        inbox.flush();
      }
      return isCurrent();
    } catch (error) {
      log.warn('what became of earlier messages could not be read', { error: messageOf(error) });
      return false;
    }
  };

  /** Nobody is answered whose words are other ones by now. */
  const recheckOpen = async (isCurrent: () => boolean): Promise<void> => {
    const ids = () => core.store.messages.openIds(core.session.id, link.connectedAt, mostRechecked);
    isOpenRechecked ||= await readChanges(ids, isCurrent);
  };

  const recheckEnded = async (isCurrent: () => boolean): Promise<void> => {
    const stored = { from: clock.now() - endedSinceMs, before: link.connectedAt };
    const ids = () => core.store.messages.endedIds(core.session.id, stored, mostRechecked);
    isEndedRechecked ||= await readChanges(ids, isCurrent);
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
    await recheckOpen(isCurrent);
    if (!isCurrent()) return;

    againAt = clock.now() + againMs;
    link.isReady = true;
    void recheckEnded(isCurrent);
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
      isOpenRechecked = false;
      isEndedRechecked = false;
      void catchUp(firstTries);
    },
    disconnect: () => {
      connection += 1;
      link.isReady = false;
    },
    retryWhenDue: () => {
      const isComplete = isDone && isOpenRechecked && isEndedRechecked;
      if (link.isReady && !isComplete && clock.now() >= againAt) void catchUp(1);
    },
  };
};
