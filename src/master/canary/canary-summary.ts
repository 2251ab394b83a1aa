import { type CanaryStanding, type CanarySummary, waitsForPerson } from '../../session/canary.ts';
import type { EpochMs } from '../../session/units.ts';
import type { StoredCanary } from '../../store/canary-store.ts';
import type { Store } from '../../store/store.ts';

/** A canary as the door tells it: of a master, and of a fleet that is stopped. */

type Reads = Pick<Store, 'canaries' | 'sessions'>;

export const summaryOf = ({ canaries, sessions }: Reads, canary: StoredCanary, now: EpochMs): CanarySummary => ({
  id: canary.id,
  sessionName: canary.sessionName,
  state: canary.state,
  end: canary.end,
  evidence: canary.evidence,
  waits: waitsForPerson(canary),
  label: canary.label,
  peers: canary.peers.flatMap((id) => sessions.byId(id)?.name ?? []),
  share: canary.share,
  version: canary.version,
  baseVersion: canary.baseVersion,
  settings: canary.settings,
  rules: canary.rules,
  startedAt: canary.startedAt,
  endsAt: canary.endsAt,
  endedAt: canary.endedAt,
  startedBy: canary.startedBy,
  decidedBy: canary.decidedBy,
  figures: canaries.figures(canary, now),
});

export const newestCanary = (store: Reads, sessionId: string, now: EpochMs): { canary: CanarySummary | null } => {
  const newest = store.canaries.newest(sessionId);
  return { canary: newest === null ? null : summaryOf(store, newest, now) };
};

export const allCanaries = (store: Reads, now: EpochMs): { canaries: readonly CanarySummary[] } => ({
  canaries: store.canaries
    .newestOfEach()
    .map((canary) => summaryOf(store, canary, now))
    .sort((a, b) => (a.sessionName < b.sessionName ? -1 : 1)),
});

/** What a row says of it; null: nothing runs, and nothing waits for a person. */
export const standingOf = (canary: StoredCanary, figures: CanaryStanding['figures']): CanaryStanding | null =>
  canary.state === 'running' || waitsForPerson(canary)
    ? {
        state: canary.state,
        end: canary.end,
        share: canary.share,
        startedAt: canary.startedAt,
        endsAt: canary.endsAt,
        figures,
      }
    : null;
