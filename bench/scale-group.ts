// The part of bench/scale.ts that asks about the group: what `zap_fleet_group` costs Postgres while all are well, and while some are dead.
import type { Sql } from 'postgres';
import { groupEvery } from '../src/store/replica/group-watch.ts';
import { replicaTiming } from '../src/store/replica/replica-timing.ts';
import { openSupabase, type SupabaseDoor } from '../src/store/replica/supabase-door.ts';

export interface GroupBench {
  readonly sql: Sql;
  readonly url: string;
  readonly sessions: number;
  readonly nodes: number;
  readonly dead: number;
  readonly say: (text: string) => void;
  /** Seconds. */
  readonly postgresCpu: () => number;
  readonly traffic: () => Promise<{ readonly written: number }>;
  readonly forAll: <T>(all: readonly T[], work: (one: T) => Promise<void>) => Promise<void>;
}

const rounds = 2;

const fill = async ({ sql, sessions, nodes }: GroupBench): Promise<void> => {
  const each = Math.ceil(sessions / nodes);
  await sql`insert into fleet_nodes (node_id, name, host, beat_at, instance, instance_at, grace_seconds, alerts, door_url, key_check)
    select 'node-' || n, 'node-' || n, 'node-' || n, now(), 'bench', now(), 120, true, 'http://node-' || n || ':3000', 'of one key'
    from generate_series(0, ${nodes - 1}) n`;
  await sql`insert into whatsapp_sessions (session_name, is_active, custom_prompt, home_node, lease_expires_at, failover)
    select 'loja-' || lpad(n::text, 4, '0'), true, repeat('Seja gentil. ', 120), 'node-' || n / ${each}, now() + interval '90 seconds', 'auto'
    from generate_series(0, ${sessions - 1}) n`;
  await sql.unsafe('vacuum analyze');
};

const ask = (door: SupabaseDoor, id: string, doorsAre: string | null) =>
  door.call('zap_fleet_group', {
    p_node: id,
    p_host: id,
    p_said: {
      instance: 'bench',
      instance_seconds: 3600,
      door: `http://${id}:3000`,
      grace: 120,
      alerts: true,
      key_check: 'of one key',
      mourned: [],
      doors_are: doorsAre,
    },
  });

/** Fills the tables, and leaves them filled. */
export const measureGroup = async (bench: GroupBench): Promise<void> => {
  const { sql, nodes, dead, say } = bench;
  await fill(bench);
  const door = openSupabase({ url: bench.url, key: 'bench', requestMs: 300_000, realtime: false });
  const gone = Array.from({ length: dead }, (_, n) => `node-${n}`);
  const living = Array.from({ length: nodes - dead }, (_, n) => `node-${n + dead}`);
  const doorsAre = new Map<string, string>();
  const round = (): Promise<void> =>
    bench.forAll(living, async (id) => {
      const answer = await ask(door, id, doorsAre.get(id) ?? null);
      if (answer.doors_are != null) doorsAre.set(id, answer.doors_are);
    });

  const cost = async (what: string): Promise<void> => {
    await round();
    const begun = { cpu: bench.postgresCpu(), net: await bench.traffic() };
    for (let n = 0; n < rounds; n += 1) await round();
    const asked = rounds * living.length;
    const ms = ((bench.postgresCpu() - begun.cpu) * 1000) / asked;
    const kilobytes = ((await bench.traffic()).written - begun.net.written) / asked / 1000;
    const everyMs = groupEvery(2 * replicaTiming.pollMs, nodes - 1);
    const share = (ms * living.length * 100) / everyMs;
    say(
      `  ${what.padEnd(34)} ${ms.toFixed(2)} ms of Postgres a call, ${kilobytes.toFixed(1)} kB answered; from each every ${(everyMs / 1000).toFixed(0)} s ${share.toFixed(1)} % of one core`,
    );
  };

  say(`zap_fleet_group: ${bench.sessions} sessions, ${nodes} nodes`);
  try {
    await cost('all are well');
    await sql`update fleet_nodes set beat_at = now() - interval '3 minutes' where node_id = any(${gone})`;
    await cost(`${dead} dead, their sessions wait`);
    await sql`update whatsapp_sessions set previous_node = home_node, home_since = now(), lease_epoch = lease_epoch + 1,
        home_node = 'node-' || (${dead}::int + abs(hashtext(session_name)) % ${nodes - dead}::int)
      where home_node = any(${gone})`;
    await cost(`${dead} dead, their sessions elsewhere`);
  } finally {
    await door.close();
  }
};
