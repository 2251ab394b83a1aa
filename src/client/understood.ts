import type { FleetSnapshot, SessionRow } from '../protocol/fleet.ts';
import type { SnapshotDelta } from '../protocol/wire.ts';
import { plainText } from '../session/plain-text.ts';
import { verdictLooks } from '../session/verdict.ts';

/** A node may be older or newer than this program: what it does not tell is filled in, and what is not known here is said to be so. */

type Told = SessionRow & { readonly silent?: SessionRow['silent'] };

const isUnderstood = (row: Told): boolean => row.silent !== undefined && Object.hasOwn(verdictLooks, row.verdict);

const understoodRow = (row: Told): SessionRow => {
  if (isUnderstood(row)) return row;

  const whole: SessionRow = {
    ...row,
    silent: row.silent ?? { chats: 0, today: 0, oldestSince: null },
    asksForPerson: row.asksForPerson ?? 0,
    restriction: row.restriction ?? null,
  };
  if (Object.hasOwn(verdictLooks, row.verdict)) return whole;
  return {
    ...whole,
    verdict: 'unreachable',
    reasonCode: null,
    reason: `its node says "${plainText(String(row.verdict)).slice(0, 40)}", which this program does not know: upgrade this program`,
  };
};

const understoodRows = (rows: readonly SessionRow[]): readonly SessionRow[] =>
  rows.every(isUnderstood) ? rows : rows.map(understoodRow);

export const understood = (snapshot: FleetSnapshot): FleetSnapshot => {
  const sessions = understoodRows(snapshot.sessions);
  return sessions === snapshot.sessions ? snapshot : { ...snapshot, sessions };
};

export const understoodDelta = (delta: SnapshotDelta): SnapshotDelta =>
  delta.changed === undefined ? delta : { ...delta, changed: understoodRows(delta.changed) };
