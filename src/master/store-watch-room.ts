import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import { type Beat, createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import { type StoreFault, type StoreFaultCode, storeFaultSentence } from '../session/store-trouble.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { forgetPages } from '../store/integrity/forget-pages.ts';
import { readRewound, rewoundSentence } from '../store/integrity/rewound.ts';
import type { MasterParts } from './open-parts.ts';
import { plainRoom, type Room } from './room.ts';
import { checkStoreBeside } from './store-check-process.ts';

/**
 * A broken store must not look healthy: whatever the master or a worker meets of it that is no lock, and whatever the check at the start
 * and once a day finds, turns the store's light red, every running session to NOT RECEIVING and the workers' inboxes off, until a check
 * of the whole file, a write and every worker say that it is well again.
 */

const lookEvery: Milliseconds = 2000;
const lookWithin: Milliseconds = 10_000;
const day: Milliseconds = 86_400_000;
/** The sessions come up first. */
const firstCheckAfter: Milliseconds = 1000;
/** After a fault the whole file is read again, less and less often: each time takes the disk and a core for a while. */
const againFirst: Milliseconds = 2000;
const againMost: Milliseconds = 60_000;
const bannerId = 'store-broken';
const rewoundBanner = 'store-rewound';
const rewoundShownFor: Milliseconds = day;
const probeKey = 'store_probe';

/** What is written into these is wrong or nobody's: no worker takes anything in, whether it met the fault itself or not. */
const holdsAll: ReadonlySet<StoreFaultCode> = new Set(['corrupt', 'not-a-database', 'gone']);

/** Tells each worker once how the store stands, and again when that changes: the last master may have told it something else. */
const createHolds = ({ book, orchestrator, logLine }: MasterParts) => {
  const told = new WeakMap<ManagedSession, string>();

  return (fault: StoreFaultCode | null): void => {
    for (const session of book.all()) {
      const { worker } = session;
      if (worker?.pmId == null) continue;
      const key = `${worker.startId} ${fault ?? ''}`;
      const before = told.get(session);
      if (before === key) continue;

      told.set(session, key);
      orchestrator.tell(session, { command: 'store-fault', fault }).catch((error: unknown) => {
        // The next look tells it again.
        told.delete(session);
        logLine('warn', `${session.stored.name} was not told of the store`, { error: messageOf(error) });
      });
    }
  };
};

/** What is shown and recorded of the store. */
const createStoreFace = ({ state, book, logLine }: MasterParts) => {
  const isDiskTold = (): boolean => state.getSnapshot().banners.some(({ id }) => id === 'disk');

  return {
    show: (fault: StoreFault): void => {
      const text = storeFaultSentence(fault.code);
      state.setStoreFault(fault.code);
      // A full disk has a banner of its own, with what was given up for it.
      if (fault.code !== 'full' || !isDiskTold())
        state.setBanner({ id: bannerId, level: 'bad', code: bannerId, text, values: { fault: fault.code } });
      logLine('error', text, { fault: fault.code, seen: fault.words });
      book.record(null, {
        level: 'error',
        kind: 'store-broken',
        text: `${text} (${fault.words})`,
        evidence: { fault: fault.code, seen: fault.words },
      });
    },
    clear: (lastedMs: Milliseconds): void => {
      state.setStoreFault(null);
      state.clearBanner(bannerId);
      logLine('info', 'the store is well again', { lastedMs });
      book.record(null, { level: 'info', kind: 'store-well', text: 'the store is well again', evidence: { lastedMs } });
    },
  };
};

/** Whether the store takes a write; what it does not take is reported by the store itself. */
const takesWrite = ({ store, now }: MasterParts): boolean => {
  try {
    store.meta.set(probeKey, String(now()));
    return true;
  } catch {
    // Also a lock says no more than "not now".
    return false;
  }
};

const tellRewound = ({ store, state, now }: MasterParts): void => {
  const rewound = readRewound(store.database);
  if (rewound === null || now() - rewound.at > rewoundShownFor) return;

  const { known, found } = rewound;
  state.setBanner({
    id: rewoundBanner,
    level: 'bad',
    code: rewoundBanner,
    text: rewoundSentence(rewound),
    values: { known, found },
  });
};

/** Looks at the store; see above. */
const createStoreWatch = (parts: MasterParts): Beat => {
  const { store, storeFaults, book, paths, logLine, now } = parts;
  const face = createStoreFace(parts);
  const tellWorkers = createHolds(parts);
  const end = new AbortController();
  let current: { readonly fault: StoreFault; readonly since: EpochMs } | null = null;
  let checking = false;
  let isChecked = false;
  let checkAt = now() + firstCheckAfter;
  let again = againFirst;

  const meet = (fault: StoreFault): void => {
    const isWorse = current !== null && holdsAll.has(fault.code) && !holdsAll.has(current.fault.code);
    if (current !== null && !isWorse) return;
    if (current === null) {
      again = againFirst;
      checkAt = now();
    }
    current = { fault, since: current?.since ?? now() };
    // Not from within the statement that failed.
    setImmediate(() => {
      if (current?.fault !== fault || end.signal.aborted) return;
      try {
        face.show(fault);
      } catch (error) {
        logLine('warn', 'that the store is at fault could not be written down', { error: messageOf(error) });
      }
    });
  };

  const faultOfWorkers = (): StoreFault | null => {
    const seen = book.all().find(({ storeFault }) => storeFault !== null);
    return seen?.storeFault == null ? null : { code: seen.storeFault, words: `seen by ${seen.stored.name}` };
  };

  const isWell = (faultsBefore: number): boolean =>
    takesWrite(parts) && storeFaults.count() === faultsBefore && faultOfWorkers() === null;

  const check = async (): Promise<void> => {
    checking = true;
    try {
      if (current !== null) forgetPages(store.database);
      const faultsBefore = storeFaults.count();
      const { fault } = await checkStoreBeside(paths.database, end.signal);
      if (end.signal.aborted) return;
      isChecked = true;
      if (fault !== null) meet(fault);
      else if (current !== null && store.database.misplaced() === null && isWell(faultsBefore)) {
        face.clear(now() - current.since);
        current = null;
      }
    } catch (error) {
      if (!end.signal.aborted) logLine('warn', 'the store could not be checked', { error: messageOf(error) });
    } finally {
      checking = false;
      checkAt = now() + (current === null ? day : again);
      again = Math.min(again * 2, againMost);
    }
  };

  const beat = createBeat({
    look: () => {
      const seen = store.database.misplaced() ?? faultOfWorkers();
      if (seen !== null) meet(seen);
      // A clock that went back does not put a check off.
      if (!checking && (now() >= checkAt || checkAt - now() > day)) void check();
      if (current !== null && holdsAll.has(current.fault.code)) tellWorkers(current.fault.code);
      else if (isChecked) tellWorkers(null);
    },
    everyMs: lookEvery,
    withinMs: lookWithin,
    onProblem: (error) => logLine('warn', 'the store could not be looked at', { error: messageOf(error) }),
    unref: true,
  });

  return {
    ...beat,
    begin: () => {
      storeFaults.listen(meet);
      beat.begin();
    },
    close: () => {
      end.abort();
      return beat.close();
    },
  };
};

export const createStoreWatchRoom = (parts: MasterParts): Room => {
  const watch = createStoreWatch(parts);

  return plainRoom({
    begin: () => {
      tellRewound(parts);
      watch.begin();
    },
    close: () => watch.close(),
  });
};
