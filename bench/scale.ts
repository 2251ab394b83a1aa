// What many servers ask of one Postgres: `node bench/scale.ts [--sessions 5000] [--nodes 200] [--dead 20] [--seconds 60] [--only WORD]`.
// A PostgreSQL of Debian's packages (apt-get install postgresql), a gateway before it as PostgREST is, and as many replicators of the
// program as there are nodes, in this process. Prints figures; asserts nothing of speed. Ends with 1 when a session had two owners or a
// server got more than fit. CPU is read from /proc and holds on a busy machine too; times do not.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import type { Failover } from '../src/session/failover.ts';
import { version } from '../src/settings/version.ts';
import { migrations as ownMigrations } from '../src/store/migrations.ts';
import type { ReplicaTiming } from '../src/store/replica/replica-timing.ts';
import { openSupabase } from '../src/store/replica/supabase-door.ts';
import { startOwnPostgres } from '../test/supabase/own-postgres.ts';
import { measureGroup } from './scale-group.ts';
import { createSimulatedNode, type SimulatedNode } from './scale-node.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '5000' },
    nodes: { type: 'string', default: '200' },
    dead: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
  },
});
const [sessions, nodeCount, dead, seconds] = [values.sessions, values.nodes, values.dead, values.seconds].map(
  Number,
) as [number, number, number, number];
const each = Math.ceil(sessions / nodeCount);
/** Room for others' sessions, so that what the dead leave fits nearly twice. */
const spare = Math.max(1, Math.ceil((dead * each * 1.8) / Math.max(1, nodeCount - dead)));
const wants = (part: string): boolean => values.only === '' || values.only === part;

let isBroken = false;
const say = (text: string): void => console.log(text);
const check = (holds: boolean, text: string): void => {
  if (!holds) isBroken = true;
  say(`${holds ? 'ok    ' : 'BROKEN'} ${text}`);
};
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const percentile = (list: readonly number[], share: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))] ?? Number.NaN;
const nameOf = (n: number): string => `loja-${String(n).padStart(4, '0')}`;

/** Does this for all, some at a time. */
const forAll = async <T>(all: readonly T[], work: (one: T) => Promise<void>, atOnce = 16): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};

const server = await startOwnPostgres(['track_functions=pl', 'max_wal_size=4GB']);
const sql = postgres(server.url, { max: 2, onnotice: () => undefined });
const folder = join(import.meta.dirname, '../supabase/migrations');
await sql.unsafe(`create role anon nologin; create role authenticated nologin; create role service_role nologin bypassrls;
  create publication supabase_realtime;`);
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort())
  await sql.unsafe(readFileSync(join(folder, file), 'utf8'));

const gateway = fork(join(import.meta.dirname, 'scale-gateway.ts'), [server.url]);
const [{ port }] = (await once(gateway, 'message')) as [{ port: number }];
const url = `http://127.0.0.1:${port}`;
const traffic = async (): Promise<{ requests: number; read: number; written: number }> => {
  gateway.send('bytes');
  const [told] = await once(gateway, 'message');
  return told as { requests: number; read: number; written: number };
};

/** Seconds of CPU that Postgres used until now: all of its processes, also those that have ended. */
const postgresCpu = (): number => {
  const field = (pid: number, from: number, count: number): number => {
    const all = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return all.slice(from, from + count).reduce((sum, ticks) => sum + Number(ticks), 0);
  };
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ');
  const alive = children.map((pid) => {
    try {
      return field(Number(pid), 11, 2);
    } catch {
      // It ended while we looked, and counts with its parent.
      return 0;
    }
  });
  // Its own, and what those that ended left it.
  return (field(server.pid, 11, 4) + alive.reduce((sum, ticks) => sum + ticks, 0)) / 100;
};
const walBytes = async (): Promise<number> =>
  Number((await sql`select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes`)[0]?.['bytes']);
const functionTimes = async (): Promise<Map<string, { calls: number; ms: number }>> =>
  new Map(
    (await sql`select funcname, sum(calls)::int calls, sum(total_time) ms from pg_stat_user_functions group by 1`).map(
      (row) => [row['funcname'], { calls: Number(row['calls']), ms: Number(row['ms']) }],
    ),
  );

/** What Postgres and the network do in this time, said in lines. */
const measure = async (what: string, nodes: number): Promise<void> => {
  const begun = { cpu: postgresCpu(), net: await traffic(), wal: await walBytes(), functions: await functionTimes() };
  const from = performance.now();
  await sleep(seconds * 1000);
  const lasted = (performance.now() - from) / 1000;
  const ended = { cpu: postgresCpu(), net: await traffic(), wal: await walBytes(), functions: await functionTimes() };
  const perNode = (bytes: number): string => `${(((bytes / nodes / lasted) * 60) / 1000).toFixed(1)} kB`;
  const own = (ended.cpu - begun.cpu) / lasted;
  say(`${what}, ${nodes} nodes, over ${lasted.toFixed(0)} s`);
  say(`  CPU of Postgres              ${(own * 100).toFixed(1)} % of one core`);
  say(`  requests                     ${((ended.net.requests - begun.net.requests) / lasted).toFixed(1)} a second`);
  say(
    `  a node and minute            ${perNode(ended.net.read - begun.net.read)} asked, ${perNode(ended.net.written - begun.net.written)} answered`,
  );
  say(`  written ahead (WAL)          ${((ended.wal - begun.wal) / lasted / 1000).toFixed(0)} kB a second`);
  for (const [name, { calls, ms }] of ended.functions) {
    const before = begun.functions.get(name) ?? { calls: 0, ms: 0 };
    const asked = calls - before.calls;
    if (asked > 0 && (ms - before.ms) / lasted > 1)
      say(
        `    ${name.padEnd(28)} ${(asked / lasted).toFixed(1).padStart(7)} calls a second, ${((ms - before.ms) / asked).toFixed(2)} ms each`,
      );
  }
};

const empty = async (): Promise<void> => {
  await sql.unsafe(`truncate whatsapp_sessions, whatsapp_users, conversations, messages, user_context, fleet_turns, fleet_outbox, fleet_events,
    fleet_instructions, fleet_nodes cascade`);
  await sql.unsafe('vacuum analyze');
};

/** All sessions without an owner, and all nodes ask at once until none is left. */
const claims = async (): Promise<void> => {
  await sql`insert into whatsapp_sessions (session_name, is_active, custom_prompt)
    select 'loja-' || lpad(n::text, 4, '0'), true, repeat('Seja gentil. ', 120) from generate_series(0, ${sessions - 1}) n`;
  await sql.unsafe('analyze');
  const doors = Array.from({ length: nodeCount }, (_, n) => ({
    id: `node-${n}`,
    room: each,
    door: openSupabase({ url, key: 'bench', requestMs: 60_000, realtime: false }),
  }));
  const beat = { version, schema: ownMigrations.length, labels: [], adopts: true, running: 0, others: 1 };
  await forAll(doors, async ({ id, door }) => {
    await door.call('zap_fleet_beat', { p_node: id, p_host: id, p_beat: { ...beat, name: id, room: each } });
  });
  const owners = new Map<string, string>();
  let asked = 0;
  let twice = 0;
  const cpu = postgresCpu();
  const from = performance.now();
  while (owners.size < sessions && asked < nodeCount * 100)
    await Promise.all(
      doors.map(async (one) => {
        if (one.room === 0) return;
        asked += 1;
        const got = await one.door.call('zap_fleet_claim', { p_node: one.id, p_room: one.room });
        one.room -= got.length;
        if (one.room < 0) check(false, `${one.id} got ${-one.room} more than fit`);
        for (const { session_name } of got) {
          if (owners.has(session_name)) twice += 1;
          owners.set(session_name, one.id);
        }
      }),
    );
  const lasted = (performance.now() - from) / 1000;
  say(`claims: ${sessions} sessions, ${nodeCount} nodes at once`);
  say(
    `  ${owners.size} claimed in ${lasted.toFixed(1)} s, ${asked} requests: ${(owners.size / lasted).toFixed(0)} a second, ${(((postgresCpu() - cpu) / owners.size) * 1e6).toFixed(0)} µs of Postgres each`,
  );
  check(owners.size === sessions && twice === 0, 'every session was claimed by one server');
  await Promise.all(doors.map(({ door }) => door.close()));
  await empty();
};

const home = mkdtempSync(join(tmpdir(), 'zf-scale-'));
const problems = new Map<string, number>();
const problem = (text: string): void => {
  if (process.env['LOUD']) console.log(text);
  const kind = text.replace(/loja-\d+|node-\d+|\d+/g, '…');
  problems.set(kind, (problems.get(kind) ?? 0) + 1);
};
const makeNodes = (): readonly SimulatedNode[] =>
  Array.from({ length: nodeCount }, (_, n) =>
    createSimulatedNode({
      home,
      url,
      name: `node-${n}`,
      sessions: Array.from({ length: Math.min(each, sessions - n * each) }, (_, at) => nameOf(n * each + at)),
      spare,
      problem,
    }),
  );

/** As after a start of all masters, over the length of one look. */
const startAll = async (nodes: readonly SimulatedNode[], timing: Partial<ReplicaTiming>): Promise<void> => {
  await forAll(nodes, async (node) => {
    node.open(timing);
    node.replicator().start();
    await sleep(5000 / (nodeCount / 16));
  });
  await forAll(nodes, async (node) => {
    const { replicator } = node;
    while (replicator().status().status !== 'ok' || replicator().status().waitingRows > 0) await sleep(50);
    await node.take();
  });
  // Those that were first heard of no other.
  await forAll(nodes, async (node) => {
    while (node.replicator().status().waitingRows > 0) await sleep(50);
  });
};
const stopAll = (nodes: readonly SimulatedNode[]): Promise<void> =>
  forAll(nodes, (node) => node.replicator().stop(5000, { keepLeases: true }), nodeCount);

const hour = 3_600_000;
const renewals = async (nodes: readonly SimulatedNode[], failover: Failover): Promise<void> => {
  for (const node of nodes) node.fail(failover);
  await startAll(nodes, { pollMs: hour });
  // Until all have heard of the others, by which leases are renewed as their failover asks.
  await sleep(65_000);
  await measure(`renewals alone, failover ${failover}`, nodes.length);
  await stopAll(nodes);
};

const death = async (nodes: readonly SimulatedNode[]): Promise<void> => {
  const gone = nodes.slice(0, dead);
  const living = nodes.slice(dead);
  const names = gone.flatMap((node) => node.store.sessions.list().map((one) => one.name as string));
  await Promise.all(gone.map((node) => node.replicator().stop(1000, { keepLeases: true })));
  const ends = new Map(
    (
      await sql`select session_name, extract(epoch from lease_expires_at) * 1000 as at from whatsapp_sessions where session_name = any(${names})`
    ).map((row) => [row['session_name'] as string, Number(row['at'])]),
  );
  const cpu = postgresCpu();
  const from = Date.now();
  const placed = (): ReadonlyMap<string, number> =>
    new Map(
      living.flatMap(({ grants }) => grants).flatMap(({ session, at }) => (ends.has(session) ? [[session, at]] : [])),
    );
  while (placed().size < names.length && Date.now() - from < 300_000) await sleep(250);
  const found = placed();
  const after = [...found].map(([session, at]) => (at - (ends.get(session) ?? 0)) / 1000);
  const last = Math.max(...[...found.values()]);
  say(`${dead} nodes with ${names.length} sessions dead`);
  say(`  placed again                 ${found.size}`);
  say(
    `  after the end of its lease   ${percentile(after, 0.5).toFixed(1)} s p50, ${percentile(after, 0.99).toFixed(1)} s p99, ${Math.max(...after).toFixed(1)} s most (bound 30 s)`,
  );
  say(`  the last one after the last end  ${((last - Math.max(...ends.values())) / 1000).toFixed(1)} s`);
  say(
    `  CPU of Postgres meanwhile    ${(((postgresCpu() - cpu) / ((Date.now() - from) / 1000)) * 100).toFixed(1)} % of one core`,
  );
  check(Math.min(...after) >= 0, 'none before the end of its lease');
  check(found.size === names.length, 'all of them are placed again');
  check(
    living.every(({ claimed }) => claimed.length <= spare),
    `no server got more than its room of ${spare}`,
  );
};

const isOwnedOnce = (nodes: readonly SimulatedNode[]): boolean => {
  const owners = new Map<string, string>();
  return nodes
    .flatMap(({ grants }) => grants)
    .every(({ session, epoch, node }) => {
      const key = `${session} ${epoch}`;
      const owner = owners.get(key);
      owners.set(key, node);
      return owner === undefined || owner === node;
    });
};

try {
  say(
    `${sessions} sessions on ${nodeCount} nodes, ${(await sql`show server_version`)[0]?.['server_version']} PostgreSQL`,
  );
  if (wants('claims')) await claims();
  if (wants('group')) {
    await measureGroup({ sql, url, sessions, nodes: nodeCount, dead, say, postgresCpu, traffic, forAll });
    await empty();
  }
  if (wants('renewals') || wants('looks')) {
    const nodes = makeNodes();
    if (wants('renewals')) for (const failover of ['manual', 'auto'] as const) await renewals(nodes, failover);
    if (wants('looks')) {
      for (const node of nodes) node.fail('auto');
      await startAll(nodes, {});
      await sleep(65_000);
      await measure('all that they ask, failover auto', nodes.length);
      await death(nodes);
      await stopAll(nodes.slice(dead));
    }
    check(isOwnedOnce(nodes), 'no session had two owners in one epoch');
    say(
      `  sessions that were taken from a living server: ${nodes.slice(dead).reduce((sum, { lost }) => sum + lost.length, 0)}`,
    );
    for (const node of nodes) node.store.close();
  }
} finally {
  for (const [text, count] of problems) say(`  ${count} x ${text}`);
  gateway.kill();
  await sql.end();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
process.exit(isBroken ? 1 : 0);
