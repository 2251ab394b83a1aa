import type { EventLevel, FleetEvent } from '../session/records.ts';
import type { EpochMs } from '../session/units.ts';
import type { Database } from './database.ts';

export interface NewEvent {
  readonly at: EpochMs;
  readonly level: EventLevel;
  readonly session: { readonly id: string; readonly name: string } | null;
  readonly kind: string;
  readonly text: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
  readonly actor: string;
}

type Row = Omit<FleetEvent, 'evidence'> & { evidence: string | null };

/** The event log: every decision, with its evidence. Written by master and workers, never edited. */
export const createEventStore = (database: Database) => ({
  add: (event: NewEvent): number =>
    database.run(
      'INSERT INTO events (at, level, session_id, session_name, kind, text, evidence, actor) VALUES (?,?,?,?,?,?,?,?)',
      event.at,
      event.level,
      event.session?.id ?? null,
      event.session?.name ?? null,
      event.kind,
      event.text,
      event.evidence === undefined ? null : JSON.stringify(event.evidence),
      event.actor,
    ).lastInsertRowid,

  /** Newest first, older than id `before`. */
  list: (options: { sessionName?: string; before?: number; limit: number }): FleetEvent[] => {
    const before = options.before ?? Number.MAX_SAFE_INTEGER;
    const columns = 'id, at, level, session_name AS sessionName, kind, text, evidence, actor';
    const rows =
      options.sessionName === undefined
        ? database.all<Row>(
            `SELECT ${columns} FROM events WHERE id < ? ORDER BY id DESC LIMIT ?`,
            before,
            options.limit,
          )
        : database.all<Row>(
            `SELECT ${columns} FROM events WHERE session_name = ? AND id < ? ORDER BY id DESC LIMIT ?`,
            options.sessionName,
            before,
            options.limit,
          );
    return rows.map((row) => ({ ...row, evidence: row.evidence === null ? null : JSON.parse(row.evidence) }));
  },
  newestId: (): number => database.get<{ id: number | null }>('SELECT max(id) AS id FROM events')?.id ?? 0,
});
export type EventStore = ReturnType<typeof createEventStore>;
