import type { DoorConnection, Fleet } from '../../src/protocol/door.ts';
import type { FleetSnapshot, SessionRow } from '../../src/protocol/fleet.ts';
import type { EpochMs } from '../../src/session/units.ts';

/**
 * When the screen is drawn again: at once (at most twenty times a second) when a session's state changes, otherwise once a second,
 * snapshot and clock together, and only when something visible can have changed. Live numbers never cost more than one frame a second.
 */

export interface Frame {
  readonly snapshot: FleetSnapshot;
  readonly now: EpochMs;
  readonly lostSince: EpochMs | null;
  /** Why another machine's master cannot be reached; null: it can, or it is this machine's own. */
  readonly lostElsewhere: string | null;
}

export interface Frames {
  get(): Frame;
  subscribe(listener: () => void): () => void;
  /** Draws again now, whatever changed. */
  refresh(): void;
  close(): void;
}

export interface FramesInput {
  readonly fleet: Fleet;
  readonly clock: () => EpochMs;
  /** Milliseconds between two frames of live values. */
  readonly beatMs?: number;
  /** Milliseconds between two frames of changed states. */
  readonly urgentMs?: number;
}

const rowIsUrgent = (a: SessionRow | undefined, b: SessionRow): boolean =>
  a === undefined ||
  (a !== b &&
    (a.verdict !== b.verdict ||
      a.state !== b.state ||
      a.pending !== b.pending ||
      a.qr !== b.qr ||
      a.pairing !== b.pairing ||
      a.replies !== b.replies ||
      a.drafts !== b.drafts ||
      a.revision !== b.revision));

/** Whether a person waits for this change: a state moved, a code came, a session was made or is gone. */
export const isUrgent = (before: FleetSnapshot, after: FleetSnapshot): boolean => {
  if (before === after) return false;
  if (before.incidents !== after.incidents && before.incidents.length + after.incidents.length > 0) return true;
  if (before.banners.length !== after.banners.length) return true;
  if (before.sessions === after.sessions) return false;
  if (before.sessions.length !== after.sessions.length) return true;
  return after.sessions.some((row, index) => {
    const old = before.sessions[index];
    return old?.id === row.id
      ? rowIsUrgent(old, row)
      : rowIsUrgent(
          before.sessions.find(({ id }) => id === row.id),
          row,
        );
  });
};

const countsDown = (snapshot: FleetSnapshot, now: EpochMs): boolean =>
  snapshot.sessions.some(
    (row) =>
      row.qr !== null ||
      row.pairing !== null ||
      // A row that just changed its state moves to its group three seconds later.
      now - row.since < 6000 ||
      (row.nextTryAt !== null && row.nextTryAt > now) ||
      (row.lastMessageAt !== null && now - row.lastMessageAt < 11_000),
  ) || snapshot.incidents.some(({ nextTryAt }) => nextTryAt !== null && nextTryAt > now);

const lostSinceOf = (connection: DoorConnection): EpochMs | null =>
  connection.state === 'lost' ? connection.since : null;
const lostOf = (connection: DoorConnection): Pick<Frame, 'lostSince' | 'lostElsewhere'> => ({
  lostSince: lostSinceOf(connection),
  lostElsewhere: connection.state === 'lost' && connection.elsewhere === true ? connection.reason : null,
});

export const createFrames = ({ fleet, clock, beatMs = 1000, urgentMs = 50 }: FramesInput): Frames => {
  const listeners = new Set<() => void>();
  let frame: Frame = {
    snapshot: fleet.getSnapshot(),
    now: clock(),
    ...lostOf(fleet.connection()),
  };
  let urgentTimer: NodeJS.Timeout | null = null;
  let lastEmit = 0;

  const emit = () => {
    if (urgentTimer !== null) {
      clearTimeout(urgentTimer);
      urgentTimer = null;
    }
    lastEmit = clock();
    frame = { snapshot: fleet.getSnapshot(), now: lastEmit, ...lostOf(fleet.connection()) };
    for (const listener of listeners) listener();
  };

  const onChange = () => {
    const lost = lostSinceOf(fleet.connection());
    if (lost === frame.lostSince && !isUrgent(frame.snapshot, fleet.getSnapshot())) return;
    if (urgentTimer !== null) return;
    const wait = urgentMs - (clock() - lastEmit);
    if (wait <= 0) emit();
    else urgentTimer = setTimeout(emit, wait);
  };

  const onBeat = () => {
    const now = clock();
    const snapshot = fleet.getSnapshot();
    const lost = lostOf(fleet.connection());
    const step = (at: EpochMs) => Math.floor(at / 10_000);
    if (
      snapshot === frame.snapshot &&
      lost.lostSince === frame.lostSince &&
      lost.lostElsewhere === frame.lostElsewhere &&
      step(now) === step(frame.now) &&
      !countsDown(snapshot, now)
    )
      return;
    emit();
  };

  const unsubscribe = fleet.subscribe(onChange);
  const beat = setInterval(onBeat, beatMs);

  return {
    get: () => frame,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: emit,
    close: () => {
      unsubscribe();
      clearInterval(beat);
      if (urgentTimer !== null) clearTimeout(urgentTimer);
      urgentTimer = null;
      listeners.clear();
    },
  };
};
