import type { PGlite, QueryOptions, Results } from '@electric-sql/pglite';

/** Runs one after the other what is given to it. */
export const inTurn = (): (<T>(run: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const next = last.then(run, run);
    last = next.catch(() => undefined);
    return next;
  };
};

const setting = /^\s*SELECT set_config\('([a-z._]+)', (\$1|''), true\)\s*$/i;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * A request to this Supabase is thirteen statements, of which ten only say who asks and how (`set_config`), and to PGlite each costs as much as one
 * that does something. They go together with the first one that wants to know something. For requests that come in turn.
 */
export const settingsTogether = (driver: PGlite): void => {
  const { query } = driver;
  let begins = false;
  let settings: string[] = [];

  const flush = async (): Promise<void> => {
    const statements = [
      ...(begins ? ['BEGIN'] : []),
      ...(settings.length > 0 ? [`SELECT ${settings.join(', ')}`] : []),
    ];
    begins = false;
    settings = [];
    if (statements.length > 0) await driver.exec(statements.join('; '));
  };

  driver.query = async <T>(sql: string, values?: unknown[], options?: QueryOptions): Promise<Results<T>> => {
    const nothing: Results<T> = { rows: [], fields: [], affectedRows: 0 };
    const [, name, value] = setting.exec(sql) ?? [];
    if (name !== undefined) {
      settings.push(`set_config(${literal(name)}, ${literal(value === '$1' ? String(values?.[0]) : '')}, true)`);
      return nothing;
    }
    if (sql === 'BEGIN') {
      begins = true;
      return nothing;
    }
    await flush();
    return query.call(driver, sql, values, options) as Promise<Results<T>>;
  };
};

/** What our tables and PostgREST's answers are made of, as PostgreSQL names it. */
const typesRead = `'bool', 'bytea', 'char', 'name', 'int8', 'int2', 'int4', 'text', 'oid', 'json', 'jsonb', 'float4', 'float8', 'varchar', 'bpchar', 'date',
  'timestamp', 'timestamptz', 'numeric', 'uuid'`;

/** PGlite copies its table of readers for each statement, and has one for the lists of rows of every table: a quarter of a statement. Only those of what is read stay. */
export const fewReaders = async (driver: PGlite): Promise<void> => {
  const { rows } = await driver.query<{ oid: number; typarray: number }>(
    `select oid::int, typarray::int from pg_type where typnamespace = 'pg_catalog'::regnamespace and typname in (${typesRead})`,
  );
  const wanted = new Set(rows.flatMap(({ oid, typarray }) => [String(oid), String(typarray)]));
  driver.parsers = Object.fromEntries(Object.entries(driver.parsers).filter(([oid]) => wanted.has(oid)));
};
