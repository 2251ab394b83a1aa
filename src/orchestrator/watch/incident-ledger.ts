import type { EpochMs } from '../../session/units.ts';
import type { Store } from '../../store/store.ts';
import type { IncidentState } from '../health/incident-detector.ts';
import { bodyOf, concluded, type IncidentRecord, noChecks, readRecord } from './incident-record.ts';

/** The open incident and the last ones that ended, kept in the store at every step. */
export interface IncidentLedger {
  open(): IncidentRecord | null;
  /** Takes up the one that the last master left open. */
  restore(): void;
  /** `checks`: what is known already. */
  begin(state: IncidentState, checks?: IncidentRecord['checks']): IncidentRecord;
  /** The open one as it is now. */
  save(record: IncidentRecord): void;
  /** Ends the open one; as it is kept. */
  end(open: IncidentRecord, checks: IncidentRecord['checks']): IncidentRecord;
  /** The open one and the last that ended, newest first. */
  latest(): readonly IncidentRecord[];
  /** All that are stored, newest first. */
  history(limit: number): readonly IncidentRecord[];
}

/** At most so many stand in a snapshot. */
const shown = 20;

export const createIncidentLedger = (store: Store, now: () => EpochMs): IncidentLedger => {
  let open: IncidentRecord | null = null;
  let past: readonly IncidentRecord[] = [];

  const write = (record: IncidentRecord): void => store.incidents.update(record.id, bodyOf(record), record.endedAt);

  const history = (limit: number): readonly IncidentRecord[] =>
    store.incidents
      .list(limit)
      .map(readRecord)
      .filter((record) => record !== null);

  return {
    open: () => open,
    restore: () => {
      const records = history(shown);
      past = records.filter((record) => record.endedAt !== null);
      open = records.find((record) => record.endedAt === null) ?? null;
    },
    begin: (state, checks = noChecks) => {
      const unknown = {
        id: 0,
        endedAt: null,
        state,
        checks,
        blame: 'unknown',
        cause: '',
        conclusion: '',
      } as const;
      const found = concluded(unknown);
      open = { ...found, id: store.incidents.add(state.startedAt, bodyOf(found)) };

      return open;
    },
    save: (record) => {
      write(record);
      open = record;
    },
    end: (record, checks) => {
      const ended = concluded({ ...record, checks, endedAt: now() }, true);
      write(ended);
      open = null;
      past = [ended, ...past].slice(0, shown);

      return ended;
    },
    latest: () => (open === null ? past : [open, ...past]).slice(0, shown),
    history,
  };
};
