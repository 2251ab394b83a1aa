import { z } from 'zod';
import type { Incident, IncidentCheck } from '../../protocol/fleet.ts';
import type { IncidentBlame } from '../../session/incident-blame.ts';
import { networkFaults } from '../../session/network-fault.ts';
import type { EpochMs } from '../../session/units.ts';
import type { StoredIncident } from '../../store/incident-store.ts';
import { countKinds } from '../../words/incident-words.ts';
import type { Language } from '../../words/language.ts';
import { clientText, concludeIncident, incidentTitle } from '../health/incident-conclusion.ts';
import type { IncidentState } from '../health/incident-detector.ts';

/** An incident as it is kept in the store, so that the next master goes on where the last one ended. */

const kinds = z.enum(['network', 'offline', 'worker-died', 'browser-died', 'page', 'start', 'deaf', 'logged-out']);
const bodySchema = z.object({
  state: z.object({
    startedAt: z.number(),
    sessionIds: z.array(z.string()),
    totalSessions: z.number(),
    spreadMs: z.number(),
    kinds: z.record(z.string(), kinds),
    trial: z.object({ sessionId: z.string(), startedAt: z.number() }).nullable(),
    nextTryAt: z.number().nullable(),
    failedTrials: z.number(),
    triedIds: z.array(z.string()),
    // Older masters knew of none.
    outage: z
      .object({ fault: z.enum(networkFaults), nextTryAt: z.number() })
      .nullable()
      .default(null),
  }),
  checks: z.array(
    z.object({ name: z.enum(['internet', 'whatsapp', 'page', 'login']), result: z.enum(['ok', 'fails', 'unknown']) }),
  ),
  blame: z.enum(['network', 'server', 'whatsapp', 'whatsapp-change', 'over', 'unknown']),
  cause: z.string(),
  conclusion: z.string(),
});

export interface IncidentRecord {
  readonly id: number;
  readonly endedAt: EpochMs | null;
  readonly state: IncidentState;
  readonly checks: readonly IncidentCheck[];
  readonly blame: IncidentBlame;
  readonly cause: string;
  readonly conclusion: string;
}

export const noChecks: readonly IncidentCheck[] = (['internet', 'whatsapp', 'page', 'login'] as const).map((name) => ({
  name,
  result: 'unknown',
}));

export const withCheck = (
  checks: readonly IncidentCheck[],
  name: IncidentCheck['name'],
  result: IncidentCheck['result'],
): readonly IncidentCheck[] => checks.map((check) => (check.name === name ? { name, result } : check));

/** With what the checks say now; `isOver`: what was found while it lasted is kept. */
export const concluded = (record: IncidentRecord, isOver = false): IncidentRecord => {
  const found = concludeIncident(record.checks, Object.values(record.state.kinds));
  if (isOver && record.blame !== 'unknown') return record;
  return { ...record, blame: found.blame, cause: found.cause, conclusion: found.conclusion };
};

export const bodyOf = (record: IncidentRecord): string => {
  const { id: _id, endedAt: _endedAt, ...body } = record;
  return JSON.stringify(body);
};

/** Null for one that cannot be read: what is damaged is only history. */
export const readRecord = (stored: StoredIncident): IncidentRecord | null => {
  let value: unknown;
  try {
    value = JSON.parse(stored.body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const parsed = bodySchema.safeParse(value);
  return parsed.success ? { id: stored.id, endedAt: stored.endedAt, ...parsed.data } : null;
};

export const titleOf = (record: IncidentRecord): string =>
  incidentTitle({ blame: record.blame, cause: record.cause, conclusion: record.conclusion }, record.state);

/** As everybody sees it. `waiting`: sessions of it that are not connected now. */
export const shownIncident = (record: IncidentRecord, waiting: number, language: Language): Incident => ({
  id: record.id,
  blame: record.blame,
  cause: record.cause,
  startedAt: record.state.startedAt,
  endedAt: record.endedAt,
  sessionIds: record.state.sessionIds,
  totalSessions: record.state.totalSessions,
  checks: record.checks,
  conclusion: record.conclusion,
  nextTryAt: record.endedAt === null ? (record.state.outage?.nextTryAt ?? record.state.nextTryAt) : null,
  outage:
    record.state.outage === null || record.endedAt !== null ? null : { fault: record.state.outage.fault, waiting },
  seen: countKinds(Object.values(record.state.kinds)),
  clientText: clientText(record.blame, language),
});
