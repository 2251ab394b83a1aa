import { z } from 'zod';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import { changeOf, type Mark } from './fleet-mark.ts';
import { endToolCalls, settleOpen } from './settle-open.ts';

/** A store that has forgotten changes which were committed: its WAL was taken away, or an older file was put in its place. */

const rewoundKey = 'store_rewound';
const rewoundSchema = z.object({ at: z.number(), known: z.number(), found: z.number() });
export type Rewound = z.infer<typeof rewoundSchema>;

const reason = 'open in a store that has lost its newest changes: it may have been answered';

/** When the store was last found behind its mark; null: never. */
export const readRewound = (database: Pick<Database, 'get'>): Rewound | null => {
  const row = database.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', rewoundKey);
  if (row === undefined) return null;
  const parsed = rewoundSchema.safeParse(JSON.parse(row.value));
  return parsed.success ? parsed.data : null;
};

export const rewoundSentence = ({ known, found }: Rewound): string =>
  `the database has lost its newest changes (${known} were known, ${found} are there): what may have been answered is not answered again. Look at: zap-fleet events`;

const noteRewound = (database: Database, rewound: Rewound): void => {
  database.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    rewoundKey,
    JSON.stringify(rewound),
  );
  database.run(
    'INSERT INTO events (at, level, session_id, session_name, kind, text, evidence, actor) VALUES (?,?,?,?,?,?,?,?)',
    rewound.at,
    'error',
    null,
    null,
    'store-rewound',
    rewoundSentence(rewound),
    JSON.stringify({ known: rewound.known, found: rewound.found }),
    'master',
  );
};

/** Compares the store with its mark; one that is behind is settled, so that nothing is answered that may have been. Once, whoever opens it first. */
export const settleRewound = (database: Database, mark: Mark | null, fleetId: string, now: EpochMs): boolean => {
  const isBehind = (): boolean => mark !== null && mark.fleet === fleetId && changeOf(database) < mark.change;
  if (mark === null || !isBehind()) return false;

  return database.transaction(() => {
    // Another process may have settled it while we waited.
    const found = changeOf(database);
    if (!isBehind()) return false;

    for (const { id } of database.all<{ id: string }>('SELECT id FROM sessions'))
      settleOpen(database, id, { reason, now });
    endToolCalls(database, reason, now);
    noteRewound(database, { at: now, known: mark.change, found });
    // Numbers that were given are not given again: a replica would take new rows for known ones.
    database.run('UPDATE change_counter SET value = max(value, ?)', mark.change);
    return true;
  });
};
