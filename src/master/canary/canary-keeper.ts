import { wake } from '../../orchestrator/door/fleet-parts.ts';
import { type Beat, createBeat } from '../../pace/beat.ts';
import {
  type CanaryEvidence,
  type CanaryFigures,
  type CanaryStanding,
  endedByItself,
  isOnBase,
  isPast,
  waitsForPerson,
} from '../../session/canary.ts';
import { rollBackOf } from '../../session/canary-rules.ts';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { isRunElsewhere } from '../../session/verdict.ts';
import type { EndedCanary, StoredCanary } from '../../store/canary-store.ts';
import { canaryEndWords } from '../../words/canary-words.ts';
import type { MasterParts } from '../open-parts.ts';
import { standingOf } from './canary-summary.ts';

/**
 * Looks after canaries: ends one whose time has passed, or whose session is not what it was held against any more, rolls one back that does
 * harm, writes into the event log how each ended, and publishes what rows say. Everything is read from the store, so the next master goes on.
 */

export type CanaryParts = Pick<MasterParts, 'store' | 'book' | 'state' | 'log' | 'now'> & Parameters<typeof wake>[0];

const lookEvery: Milliseconds = 2000;
/** Figures are counted so often at most, and so that counting takes a hundredth of the time. */
const countEvery: Milliseconds = 15_000;
const countShare = 100;

export interface CanaryKeeper {
  /** Something was begun or decided: counts anew and tells. */
  changed(): void;
  /** One look now; settles with it. */
  look(): Promise<void>;
  begin(): void;
  close(): Promise<void>;
}

const byFleet = 'fleet';

/** How one that runs ends now without its figures; null: it goes on. */
const endOf = ({ book, store }: CanaryParts, canary: StoredCanary, now: EpochMs): EndedCanary | null => {
  const stored = store.sessions.byId(canary.sessionId);
  const session = book.byId(canary.sessionId);
  if (stored === null || (session !== null && isRunElsewhere(session.reasonCode)))
    return { state: 'rolled-back', end: 'moved', evidence: null, decidedBy: byFleet };
  if (!isOnBase(stored, canary)) return { state: 'rolled-back', end: 'changed', evidence: null, decidedBy: byFleet };
  return isPast(canary, now) ? { state: 'over', end: 'time', evidence: null, decidedBy: null } : null;
};

const kindOf = ({ state }: StoredCanary): string => (state === 'running' ? 'canary-begun' : `canary-${state}`);

/** Whoever shows an event rounds its numbers: seconds and dollars are told as they are. */
const wholeFigures = (evidence: CanaryEvidence): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    Object.entries(evidence).map(([key, value]) => [
      key,
      typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toFixed(4))) : value,
    ]),
  );

/** Each end once, in one transaction with the mark that it was told. */
const createTelling =
  ({ store, book, now }: CanaryParts) =>
  (canary: StoredCanary): void =>
    store.database.transaction(() => {
      store.canaries.setTold(canary.id, now());
      const session = book.byId(canary.sessionId);
      if (session === null) return;

      const { end, evidence, decidedBy } = canary;
      const isOwn = waitsForPerson(canary) && endedByItself(end);
      book.record(session, {
        level: isOwn ? 'error' : end === 'changed' || end === 'moved' || canary.state === 'over' ? 'warn' : 'info',
        kind: kindOf(canary),
        text: canaryEndWords(canary, 'en'),
        evidence: { ...wholeFigures(evidence ?? {}), end, by: decidedBy },
        actor: decidedBy ?? byFleet,
      });
    });

export const createCanaryKeeper = (parts: CanaryParts): CanaryKeeper => {
  const { store, book, state, log, now } = parts;
  const tell = createTelling(parts);
  let countedAt: EpochMs = Number.NEGATIVE_INFINITY;
  let countAgainAfter: Milliseconds = 0;
  let isShown = false;

  /** Whoever is answered from now on is answered as published. */
  const wakeSession = (canary: StoredCanary): void => {
    const session = book.byId(canary.sessionId);
    if (session !== null) void wake(parts, session);
  };
  const end = (canary: StoredCanary, ended: EndedCanary): void => {
    // Workers keep its time themselves, also while no master looks.
    const at = ended.end === 'time' ? Math.max(canary.startedAt, Math.min(canary.endsAt, now())) : now();
    if (store.canaries.finish(canary.id, ended, at)) wakeSession(canary);
  };

  const count = (): void => {
    const began = performance.now();
    const standings = new Map<string, CanaryStanding>();
    for (const canary of store.canaries.newestOfEach()) {
      if (canary.state !== 'running' && !waitsForPerson(canary)) continue;
      const figures: CanaryFigures = store.canaries.figures(canary, now());
      const roll = canary.state === 'running' ? rollBackOf(figures, canary.rules) : null;
      if (roll !== null) end(canary, { state: 'rolled-back', ...roll, decidedBy: null });
      const standing = standingOf(store.canaries.get(canary.id) ?? canary, figures);
      if (standing !== null) standings.set(canary.sessionId, standing);
    }
    countedAt = now();
    countAgainAfter = Math.max(countEvery, (performance.now() - began) * countShare);
    if (standings.size > 0 || isShown) state.setCanaries(standings);
    isShown = standings.size > 0;
  };

  const look = (): void => {
    for (const canary of store.canaries.allRunning()) {
      const ended = endOf(parts, canary, now());
      if (ended !== null) end(canary, ended);
    }
    const isDue = now() - countedAt >= countAgainAfter || now() < countedAt;
    // What a worker or this look has ended is shown at once.
    if (isDue || store.canaries.untold().length > 0) count();
    for (const canary of store.canaries.untold()) tell(canary);
  };

  const beat: Beat = createBeat({
    look,
    everyMs: lookEvery,
    firstMs: 0,
    withinMs: lookEvery,
    onProblem: (error) => log.warn('canaries could not be looked after', { error: messageOf(error) }),
    unref: true,
  });

  return {
    changed: () => {
      count();
      for (const canary of store.canaries.untold()) tell(canary);
    },
    look: beat.look,
    begin: beat.begin,
    close: beat.close,
  };
};
