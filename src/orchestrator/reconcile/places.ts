import type { Bytes, EpochMs, Milliseconds } from '../../session/units.ts';
import { admit, surplus } from '../health/admission.ts';
import type { DescriptorRoom } from '../health/descriptor-room.ts';
import type { AdmissionPolicy, StartPolicy } from '../health/policies.ts';
import { isParked, type ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';
import type { Why } from '../state/session-journal.ts';
import { createPaceKeeper, isLight, type MachineLoad } from './start-pace.ts';

/** What is known of memory and open files: null while nothing was measured. */
export interface Room {
  readonly machine: MachineLoad | null;
  readonly memoryOf: (sessionId: string) => Bytes | null;
  readonly descriptors: DescriptorRoom | null;
}

/** Who may run, and in which order: `health/admission.ts` decides, this gathers what it needs. */
export interface Places {
  /** Longest connected first, those that never were in order of name. */
  inOrder(): ManagedSession[];
  /** Why a session that has no worker may not start now; null when it may. */
  whyNotNow(session: ManagedSession): Why | null;
  /** Marks those that have to stop because MAX_SESSIONS was lowered. */
  makeRoom(): void;
  /** Looks at what the machine bears now. True when more may start than before. */
  lookAtPace(): boolean;
  close(): void;
}

/** A browser counts as starting until its worker says more, at most this long: then it holds nobody up any more. */
const startingAtMost: Milliseconds = 90_000;

export const createPlaces = (options: {
  readonly book: SessionBook;
  readonly maxSessions: number;
  /** Sessions with a browser that may start at the same time before anything was measured. */
  readonly startingAtOnce: number;
  readonly room: () => Room;
  readonly policies: { readonly admission: AdmissionPolicy; readonly start: StartPolicy };
  readonly wanted: (session: ManagedSession) => boolean;
  /** When a person asked for the start that is still to come. */
  readonly askedAt: (session: ManagedSession) => EpochMs | null;
  readonly now: () => EpochMs;
}): Places => {
  const { book, now, wanted, askedAt } = options;

  /** Its browser comes up, or waits for its login to come free. */
  const isComingUp = (session: ManagedSession): boolean => session.state === 'starting' && session.nextTryAt === null;
  const occupies = (session: ManagedSession): boolean => session.worker !== null || isComingUp(session);
  const holdsUpOthers = (session: ManagedSession): boolean =>
    isComingUp(session) && now() - session.since < startingAtMost;
  const pace = createPaceKeeper({
    book,
    policy: options.policies.start,
    cores: options.startingAtOnce,
    machine: () => options.room().machine,
    isStarting: holdsUpOthers,
    now,
  });
  const connectedMs = (session: ManagedSession): Milliseconds =>
    session.stored.connectedSince === null ? 0 : Math.max(0, now() - session.stored.connectedSince);
  const waits = (session: ManagedSession): boolean =>
    wanted(session) &&
    !occupies(session) &&
    !isParked(session) &&
    (session.nextTryAt === null || session.nextTryAt <= now());

  return {
    inOrder: () =>
      [...book.all()].sort((a, b) => connectedMs(b) - connectedMs(a) || (a.stored.name < b.stored.name ? -1 : 1)),

    whyNotNow: (session) => {
      const room = options.room();
      const sessions = book.all();
      const comingUp = sessions.filter(holdsUpOthers);
      const admission = admit(
        {
          candidates: sessions.filter(waits).map((each) => ({
            id: each.stored.id,
            byPerson: askedAt(each) !== null,
            connectedMs: connectedMs(each),
            requestedAt: askedAt(each) ?? each.since,
            isLight: isLight(each),
            startCores: pace.costOf(each),
          })),
          running: sessions.filter(occupies).map((each) => ({
            memoryBytes: room.memoryOf(each.stored.id),
            isStarting:
              each.state === 'starting' || each.state === 'qr' || each.state === 'code' || each.state === 'syncing',
            upMs: each.worker === null ? 0 : Math.max(0, now() - each.worker.startedAt),
            isLight: isLight(each),
          })),
          starting: comingUp.length,
          startingCores: comingUp.reduce((sum, each) => sum + pace.costOf(each), 0),
          maxSessions: options.maxSessions,
          cores: pace.cores(),
          machine: room.machine,
          descriptors: room.descriptors,
        },
        options.policies.admission,
      );
      if (admission.start.includes(session.stored.id)) return null;
      const queued = admission.queued.find(({ id }) => id === session.stored.id);
      return { code: queued?.reasonCode ?? 'starting-limit', words: queued?.reason ?? null };
    },

    makeRoom: () => {
      const running = book
        .all()
        .filter((session) => session.worker !== null && session.stored.desiredState === 'running')
        .map((session) => ({ id: session.stored.id, connectedMs: connectedMs(session) }));
      for (const id of surplus(running, options.maxSessions)) {
        const session = book.byId(id);
        if (session !== null) session.surplus = true;
      }
    },
    lookAtPace: pace.look,
    close: pace.close,
  };
};
