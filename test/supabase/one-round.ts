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
  const send = async (): Promise<void> => {
    const statements = waiting;
    waiting = [];
    if (statements.length > 0) await driver.exec(statements.join(';'));
  };

  driver.query = async <T>(sql: string, ...rest: [unknown[]?, ...never[]]): Promise<Results<T>> => {
    const statement = sql.trim();
    if (statement === 'BEGIN') {
      await send();
      waiting.push(statement);
      return nothing;
    }
    const [, name, given] = setting.exec(statement) ?? [];
    if (waiting.length > 0 && name !== undefined) {
      waiting.push(`SELECT set_config('${name}', ${literal(given === '$1' ? String(rest[0]?.[0] ?? '') : '')}, true)`);
      return nothing;
    }
    if (waiting.length > 0 && /^(?:COMMIT|ROLLBACK)$/i.test(statement)) {
      // Nothing was asked in between.
      waiting = [];
      return nothing;
    }

    await send();
    return query<T>(sql, ...rest);
  };
};
