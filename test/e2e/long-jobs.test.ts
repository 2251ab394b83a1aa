import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/store/store.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { until } from '../support/until.ts';

/** Erasing a long history while the master is killed in the middle of it: it goes on by itself, and done is said only when it is. */

const messages = 40_000;

let fleet: BuiltFleet;
let store: Store;

const idOf = (name: string): string =>
  store.database.get<{ id: string }>('SELECT id FROM sessions WHERE name = ?', name)?.id ?? '';
const left = (table: string, sessionId: string): number =>
  store.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE session_id = ?`, sessionId)?.n ?? -1;
const masterPid = async (): Promise<number> => (await fleet.json<{ pid: number }>('master', 'status')).pid;

/** A history as long as a year of a busy shop, made by two statements. */
const fill = (name: string, howMany: number): string => {
  const id = idOf(name);
  store.database.transaction(() => {
    store.database.run(
      `WITH RECURSIVE i(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM i WHERE k < 200)
       INSERT INTO conversations (session_id, session_name, chat_id, phone, phone_key, name, last_at, last_text, created_at, updated_at)
         SELECT ?1, ?2, (551100000000 + k) || '@c.us', 551100000000 + k, 551100000000 + k, 'Cliente ' || k, k, 'oi', k, k FROM i`,
      id,
      name,
    );
    store.database.run(
      `WITH RECURSIVE i(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM i WHERE k < ?2)
       INSERT INTO messages (session_id, conversation_id, wa_id, message_key, sender, kind, text, at, stored_at, outcome, updated_at)
         SELECT ?1, (SELECT min(id) FROM conversations WHERE session_id = ?1) + k % 200, 'false_x_' || k, 'in:' || k, 'customer', 'text',
           'vocês têm bolo para sábado?', k, k, 'answered', 1 FROM i`,
      id,
      howMany,
    );
  });
  return id;
};

beforeAll(async () => {
  fleet = builtFleet({ FLEET_LANG: 'en' });
  for (const name of ['padaria', 'otica'])
    expect(await fleet.run('create', name, '--engine', 'simulated', '--ai', 'echo')).toMatchObject({ code: 0 });
  store = openStore(fleet.paths.database);
});
afterAll(async () => {
  store.close();
  await fleet.end();
});

test('a master that is killed in the middle of delete --purge goes on after its restart, and only then says done', async () => {
  const id = fill('padaria', messages);
  const other = fill('otica', 100);
  const killed = await masterPid();
  const command = fleet.run('delete', 'padaria', '--purge', '--yes');

  await until(() => left('messages', id) < messages * 0.9, {
    within: 60_000,
    every: 5,
    what: 'the erasure to have begun',
  });
  process.kill(killed, 'SIGKILL');
  // Half done: the session is gone already, its history is not, and the promise stands in the store.
  const then = left('messages', id);
  expect(then).toBeGreaterThan(0);
  expect(idOf('padaria')).toBe('');
  expect(store.jobs.open()).toMatchObject([{ kind: 'delete', args: { sessionName: 'padaria' } }]);

  const { code, stdout, stderr } = await command;
  expect([code, stderr.split('\n').filter((line) => !/master|Erasing/.test(line))]).toEqual([0, ['']]);
  expect(stdout).toContain(`${messages} messages erased`);
  for (const table of ['messages', 'conversations', 'addresses']) expect(left(table, id), table).toBe(0);
  expect(left('messages', other)).toBe(100);
  expect(store.jobs.open()).toEqual([]);
  expect(await masterPid()).not.toBe(killed);
  expect((await fleet.json<{ kind: string }[]>('events')).map(({ kind }) => kind)).toContain('session-erased');
});

test('a session of a name that is still being erased is refused, and may be made when it is done', async () => {
  store.jobs.add({ kind: 'delete', args: { sessionName: 'nova' }, actor: 'you' }, Date.now());
  const refused = await fleet.run('create', 'nova');
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('still being erased')]);
  for (const job of store.jobs.open()) store.jobs.fail(job.id, 'of this test', Date.now());
  expect(await fleet.run('create', 'nova', '--engine', 'simulated')).toMatchObject({ code: 0 });
});
