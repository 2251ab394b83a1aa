import { z } from 'zod';
import { engines } from '../session/engine.ts';
import { failovers } from '../session/failover.ts';
import { FleetError } from '../session/fleet-error.ts';
import { maxInstructions } from '../session/instructions.ts';
import { plainText } from '../session/plain-text.ts';
import { aiConfigSchema, filtersSchema, timingConfigSchema } from '../session/session-config.ts';
import { sessionNameProblem } from '../session/session-name.ts';
import type { Database } from '../store/database.ts';
import { firstIssue } from '../words/first-issue.ts';
import type { Manifest } from './backup-format.ts';

/**
 * What a restored database holds, checked as the door checks it when a person sets it: whoever made the archive says no more by it than
 * could be said by hand. Its schema was found to be ours before (check-schema.ts).
 */

const refused = (why: string): FleetError =>
  new FleetError('failed', `this backup is not taken over: ${why}. Nothing was changed.`);

const jsonText = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text, ctx) => {
    try {
      const parsed = schema.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
      ctx.addIssue({ code: 'custom', message: firstIssue('', parsed.error) });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      ctx.addIssue({ code: 'custom', message: 'is no JSON' });
    }
    return z.NEVER;
  });

/** The last moment that a `Date` can be. */
const latest = 8.64e15;
const time = z.number().int().min(0).max(latest);
const count = z.number().int().min(0);
const line = (most: number) =>
  z
    .string()
    .max(most, `has more than ${most} characters`)
    .refine((text) => plainText(text) === text, 'holds control characters');
const digits = z.string().regex(/^\d{6,20}$/, 'is no phone number');

const restriction = z.object({
  scope: z.enum(['new', 'all']),
  since: time,
  refused: count,
  nextTryAt: time,
  code: z.enum(['restricted-new', 'restricted']),
  tries: count,
  askedAt: time,
  revision: count,
});

const sessionRow = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/, 'is no key of ours'),
  name: z.string().superRefine((name, ctx) => {
    const problem = sessionNameProblem(name);
    if (problem !== null) ctx.addIssue({ code: 'custom', message: problem });
  }),
  label: line(200),
  engine: z.enum(engines),
  expected_phone: digits.nullable(),
  phone: line(40).nullable(),
  lid: line(100).nullable(),
  push_name: z.string().max(1000).nullable(),
  replies: z.enum(['on', 'paused', 'draft']),
  failover: z.enum(failovers),
  ai_config: jsonText(aiConfigSchema),
  timing_config: jsonText(timingConfigSchema),
  filters: jsonText(filtersSchema),
  restriction: jsonText(restriction).nullable(),
  home_node: line(200).nullable(),
  state_since: time,
  first_linked_at: time.nullable(),
  connected_since: time.nullable(),
  restarts: count,
  revision: count,
  created_at: time,
  updated_at: time,
});
export type CheckedSession = z.infer<typeof sessionRow>;

const checkSessions = (database: Database, manifest: Manifest): readonly CheckedSession[] => {
  const named = new Set<string>(manifest.sessions.map(({ name }) => name));
  const rows = database.all<{ name: string }>('SELECT * FROM sessions ORDER BY name');
  const sessions = rows.map((row) => {
    const shown = JSON.stringify(plainText(row.name.slice(0, 60)));
    if (!named.delete(row.name))
      throw refused(`its database holds the session ${shown}, which its manifest does not name`);
    const parsed = sessionRow.safeParse(row);
    if (!parsed.success) throw refused(plainText(`session ${shown}: ${firstIssue('', parsed.error)}`));
    return parsed.data;
  });
  const [lost] = named;
  if (lost !== undefined) throw refused(`its database holds no session ${lost}`);
  return sessions;
};

const checkInstructions = (database: Database): void => {
  const [wrong] = database.all<{ name: string; characters: number; version: number }>(
    `SELECT s.name AS name, length(i.text) AS characters, i.version AS version FROM instructions i JOIN sessions s ON s.id = i.session_id
     WHERE length(i.text) > ? OR length(i.author) > 200 OR i.version < 1 LIMIT 1`,
    maxInstructions,
  );
  if (wrong !== undefined)
    throw refused(
      `the instructions of ${wrong.name} (version ${wrong.version}) have ${wrong.characters} characters; at most ${maxInstructions} are taken`,
    );
};

/** Times that no screen could show, and texts that no reader of ours could take apart. */
const times: Readonly<Record<string, readonly string[]>> = {
  conversations: ['last_at', 'created_at', 'updated_at'],
  messages: ['at', 'stored_at', 'updated_at'],
  turns: ['started_at', 'updated_at'],
  outbox: ['created_at', 'updated_at', 'not_before'],
  events: ['at'],
  incidents: ['started_at'],
  alerts: ['at', 'next_at'],
  purge_receipts: ['at'],
};
const jsonColumns: Readonly<Record<string, readonly string[]>> = {
  messages: ['facts', 'quoted', 'ad'],
  turns: ['message_ids', 'parameters', 'parts', 'timing', 'steps'],
  events: ['evidence'],
  incidents: ['body'],
  alerts: ['body'],
  purge_receipts: ['counts'],
};

const isAnyRow = (database: Database, table: string, condition: string): boolean =>
  database.get(`SELECT 1 FROM "${table}" WHERE ${condition} LIMIT 1`) !== undefined;

/** SQLite's whole numbers are longer than ours: a reader would end at one. */
const checkNumbers = (database: Database): void => {
  const columns = database.all<{ table: string; column: string }>(
    `SELECT t.name AS "table", c.name AS "column" FROM sqlite_schema t, pragma_table_info(t.name) c
     WHERE t.type = 'table' AND c.type = 'INTEGER'`,
  );
  const longest = Number.MAX_SAFE_INTEGER;
  for (const table of new Set(columns.map((one) => one.table))) {
    const own = columns.filter((one) => one.table === table);
    const isLong = own.map(({ column }) => `"${column}" NOT BETWEEN -${longest} AND ${longest}`).join(' OR ');
    if (isAnyRow(database, table, isLong)) throw refused(`a row of ${table} has a number that is too long`);
  }
};

const checkRows = (database: Database): void => {
  const isAny = (table: string, condition: string): boolean => isAnyRow(database, table, condition);
  for (const [table, columns] of Object.entries(times))
    for (const column of columns)
      if (isAny(table, `${column} NOT BETWEEN 0 AND ${latest}`))
        throw refused(`a row of ${table} has a time that there is not (${column})`);
  for (const [table, columns] of Object.entries(jsonColumns))
    for (const column of columns)
      if (isAny(table, `${column} IS NOT NULL AND NOT json_valid(${column})`))
        throw refused(`a row of ${table} cannot be read (${column})`);
};

/** A session's archive speaks of that session alone. */
const checkOwner = (database: Database, owner: CheckedSession): void => {
  const tables = database.all<{ name: string }>(
    `SELECT t.name AS name FROM sqlite_schema t WHERE t.type = 'table'
     AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'session_id')`,
  );
  for (const { name } of tables)
    if (database.get(`SELECT 1 FROM "${name}" WHERE session_id IS NOT ? LIMIT 1`, owner.id) !== undefined)
      throw refused(`it is the archive of ${owner.name}, and its table ${name} speaks of others`);
  for (const table of ['conversations', 'events'])
    if (database.get(`SELECT 1 FROM ${table} WHERE session_name IS NOT ? LIMIT 1`, owner.name) !== undefined)
      throw refused(`it is the archive of ${owner.name}, and its table ${table} names others`);
};

/** The sessions of a restored (and migrated) store. Throws `failed` with the first thing that no door of ours would have let in. */
export const checkContents = (database: Database, manifest: Manifest): readonly CheckedSession[] => {
  checkNumbers(database);
  const sessions = checkSessions(database, manifest);
  checkInstructions(database);
  checkRows(database);
  const [owner] = sessions;
  if (manifest.session !== null && owner !== undefined) checkOwner(database, owner);
  return sessions;
};
