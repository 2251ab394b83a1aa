import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { serve } from '@hono/node-server';
import { App } from '@supabase/lite';
import { createPgliteConnection } from '@supabase/lite/pglite';
import { createPostgresConnection } from '@supabase/lite/postgres';
import postgres from 'postgres';
import { freshPostgres } from './fresh-postgres.ts';
import { fewReaders, inTurn, settingsTogether } from './one-connection.ts';

/**
 * A Supabase for tests, in a process of its own: PostgREST's wire format over real Postgres (PGlite), for the unmodified client. Prints one
 * line `{"url","control"}` when it listens; ends when stdin ends. The control port takes `POST {sql}` (as the table editor would run it),
 * `POST {scratch: [sql, …]}`, which
 * runs in a database of its own (`@migrations`: ours) and gives the last result, and `POST {key}`, which rotates the secret key.
 */
const roles = `
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'anon') then create role anon nologin; end if;
  if not exists (select 1 from pg_roles where rolname = 'authenticated') then create role authenticated nologin; end if;
  if not exists (select 1 from pg_roles where rolname = 'service_role') then create role service_role nologin bypassrls; end if;
end $$;`;

const folder = join(import.meta.dirname, '../../supabase/migrations');
const migrations = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(join(folder, name), 'utf8'));

interface Sql {
  exec(sql: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

const overPglite = (driver: PGlite): Sql => ({
  exec: async (sql) => (await driver.exec(sql)).at(-1)?.rows ?? [],
  close: () => driver.close(),
});
const overPostgres = (url: string): Sql => {
  // Numbers as PGlite gives them; notices are not the tests' subject.
  const driver = postgres(url, { max: 1, onnotice: () => undefined });
  return {
    exec: async (sql) => {
      const results = await driver.unsafe(sql).simple();
      const last: unknown = Array.isArray(results[0]) ? results.at(-1) : results;
      return [...(last as Record<string, unknown>[])];
    },
    close: () => driver.end(),
  };
};

/** `TEST_POSTGRES_URL`: a real server instead of PGlite (`npm run test:postgres`). */
const serverUrl = process.env['TEST_POSTGRES_URL'];
const pglite =
  serverUrl === undefined
    ? await freshPostgres((pgliteOptions) => createPgliteConnection({ pgliteOptions }), [roles, ...migrations])
    : null;
const connection = pglite ?? createPostgresConnection({ url: serverUrl ?? '' });
const database = pglite === null ? overPostgres(serverUrl ?? '') : overPglite(pglite.driver);
if (pglite === null) for (const sql of [roles, ...migrations]) await database.exec(sql);
// Its disk is this process's memory: there is nothing that a commit could be kept safe from.
else {
  await pglite.driver.exec('set synchronous_commit = off');
  await fewReaders(pglite.driver);
  settingsTogether(pglite.driver);
}
/** PGlite is one connection: requests at the same time would be in each other's transactions. */
const inOrder = inTurn();

/** One for all: a PGlite takes seconds to come up. Each use begins with an empty schema. */
let scratch: Promise<Sql> | null = null;
const openScratch = async (): Promise<Sql> => {
  if (serverUrl === undefined)
    return overPglite((await freshPostgres(async (options) => ({ driver: new PGlite(options) }))).driver);
  await database.exec('create database scratch');
  const url = new URL(serverUrl);
  url.pathname = '/scratch';
  return overPostgres(url.href);
};

/** The key that is good now; a test rotates it. */
let goodKey = 'sb_secret_test';
const app = new App({
  connection,
  options: {
    server: {
      apiKeys: {
        resolver: async (key: string) => {
          if (key === goodKey) return { type: 'secret', claims: { role: 'service_role' } };
          return key === 'sb_publishable_test' ? { type: 'publishable', claims: { role: 'anon' } } : null;
        },
      },
    },
  },
} as unknown as ConstructorParameters<typeof App>[0]);

const body = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
};

const runScratch = async (list: readonly string[]): Promise<unknown> => {
  scratch ??= openScratch();
  const empty = await scratch;
  await empty.exec('drop schema public cascade; create schema public; grant usage on schema public to public;');
  await empty.exec(roles);
  let rows: readonly Record<string, unknown>[] = [];
  for (const sql of list) {
    if (sql === '@migrations') for (const each of migrations) await empty.exec(each);
    else rows = await empty.exec(sql);
  }
  return rows;
};

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    const asked = JSON.parse(await body(request)) as { sql?: string; scratch?: string[]; key?: string };
    if (asked.key !== undefined) goodKey = asked.key;
    const { sql, scratch: statements } = asked;
    const rows = await (statements === undefined ? inOrder(() => database.exec(sql ?? '')) : runScratch(statements));
    response.end(JSON.stringify({ rows: rows ?? [] }));
  } catch (error) {
    response.end(JSON.stringify({ error: String(error) }));
  }
};
const control = createServer((request, response) => void answer(request, response));
await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));

const server = serve(
  {
    fetch: (request, env) =>
      inOrder(async () =>
        app.fetch(request, {
          peerAddress: (env as { incoming: IncomingMessage }).incoming.socket.remoteAddress,
        } as never),
      ),
    port: 0,
    hostname: '127.0.0.1',
  },
  (address) => {
    const at = control.address() as AddressInfo;
    console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}`, control: `http://127.0.0.1:${at.port}` }));
  },
);
process.stdin.resume();
process.stdin.on('end', () => {
  server.close();
  control.close();
  process.exit(0);
});
