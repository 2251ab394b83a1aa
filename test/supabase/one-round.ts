import type { PGlite, Results } from '@electric-sql/pglite';

const setting = /^SELECT set_config\('([\w.]+)', (\$1|''), true\)$/i;
const nothing: Results<never> = { rows: [], fields: [], affectedRows: 0 };
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Before each request's own statement the server begins a transaction and sets role, claims, path and the like: ten statements of five messages each,
 * of which WebAssembly makes most of its work. They go in one from here on, right before the first statement that could see them.
 */
export const inOneRound = (driver: PGlite): void => {
  const query = driver.query.bind(driver);
  let waiting: string[] = [];
  /** Ends with the transaction that was begun last: there is one connection, and requests at the same time would share one. */
  let last = Promise.resolve();
  let end: () => void = () => undefined;
  const begin = async (): Promise<void> => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    end = resolve;
  };
  const send = async (): Promise<void> => {
    const statements = waiting;
    waiting = [];
    if (statements.length > 0) await driver.exec(statements.join(';'));
  };

  driver.query = async <T>(sql: string, ...rest: [unknown[]?, ...never[]]): Promise<Results<T>> => {
    const statement = sql.trim();
    if (statement === 'BEGIN') {
      await begin();
      waiting = [statement];
      return nothing;
    }
    const [, name, given] = setting.exec(statement) ?? [];
    if (waiting.length > 0 && name !== undefined) {
      waiting.push(`SELECT set_config('${name}', ${literal(given === '$1' ? String(rest[0]?.[0] ?? '') : '')}, true)`);
      return nothing;
    }
    if (/^(?:COMMIT|ROLLBACK)$/i.test(statement)) {
      const isBegun = waiting.length === 0;
      waiting = [];
      try {
        // Else nothing was asked in between.
        return isBegun ? await query<T>(sql, ...rest) : nothing;
      } finally {
        end();
      }
    }

    await send();
    return query<T>(sql, ...rest);
  };
};
