import { expect, it } from 'vitest';
import { migrations } from '../../../../src/store/migrations.ts';
import { openSupabase, type SupabaseDoor } from '../../../../src/store/replica/supabase-door.ts';
import type { LocalSupabase } from '../../../supabase/local-supabase.ts';

/** The right to run a session, as a server counts it: from before it asked. */
interface Right {
  readonly epoch: number;
  until: number;
}

interface WorldNode {
  readonly name: string;
  readonly door: SupabaseDoor;
  readonly rights: Map<string, Right>;
  /** Given back by it: its home may have them again, and nobody else does while it is there. */
  readonly givenBack: Set<string>;
  room: number;
  alive: boolean;
}

/** The same numbers for the same seed. */
const numbersOf = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

const sessions = Array.from({ length: 10 }, (_, n) => ({
  name: `loja-${n}`,
  failover: n < 2 ? 'manual' : 'auto',
}));
const leaseSeconds = 90;

/** Servers that come, go, are stopped and go on, and all ask at the same time; the clock is the tables', moved between the rounds. */
const createWorld = (supabase: LocalSupabase, seed: number) => {
  const pick = numbersOf(seed);
  const broken: string[] = [];
  let moved = 0;
  const now = (): number => Date.now() + moved;
  const nodes = Array.from({ length: 5 }, (_, n): WorldNode => {
    const door = openSupabase({ url: supabase.url, key: supabase.key, requestMs: 60_000, realtime: false });
    return { name: `n${n}`, door, rights: new Map(), givenBack: new Set(), room: pick(5), alive: true };
  });

  const owned = ({ rights }: WorldNode): number => [...rights.values()].filter(({ until }) => until > now()).length;

  /** Nobody else may have it: neither by its own count, nor in this epoch. */
  const grant = (node: WorldNode, session: string, epoch: number, asked: number): void => {
    for (const other of nodes) {
      const right = other === node ? undefined : other.rights.get(session);
      if (right !== undefined && (right.until > now() || right.epoch >= epoch))
        broken.push(`${node.name} got ${session} in epoch ${epoch}, and ${other.name} has it in ${right.epoch}`);
    }
    node.rights.set(session, { epoch, until: asked + leaseSeconds * 1000 });
  };

  const beat = (node: WorldNode): Promise<unknown> =>
    node.door.call('zap_fleet_beat', {
      p_node: node.name,
      p_host: node.name,
      p_beat: {
        name: node.name,
        version: '1.0.0',
        schema: migrations.length,
        labels: [],
        adopts: node.name !== 'n0',
        room: node.room,
        running: owned(node),
        others: nodes.length - 1,
      },
    });

  const claim = async (node: WorldNode): Promise<void> => {
    const room = Math.max(0, node.room - owned(node));
    const asked = now();
    const claimed = await node.door.call('zap_fleet_claim', { p_node: node.name, p_room: room });
    if (claimed.length > room) broken.push(`${node.name} got ${claimed.length} where ${room} fit`);
    for (const { session_name, epoch, previous } of claimed) {
      const { failover } = sessions.find(({ name }) => name === session_name) ?? { failover: '?' };
      if (previous !== null && failover !== 'auto') broken.push(`${session_name} went without a person`);
      grant(node, session_name, epoch, asked);
    }
  };

  const take = async (node: WorldNode, session: string): Promise<void> => {
    const asked = now();
    const answer = await node.door.call('zap_fleet_lease_take', {
      p_node: node.name,
      p_host: node.name,
      p_session_name: session,
      p_seconds: leaseSeconds,
      p_force: false,
    });
    if (answer.taken) grant(node, session, answer.epoch, asked);
  };
  const takeAny = (node: WorldNode): Promise<void> => take(node, sessions[pick(sessions.length)]?.name ?? '');

  const renew = async (node: WorldNode): Promise<void> => {
    const mine = [...node.rights];
    const asked = now();
    const answers = await node.door.call('zap_fleet_lease_renew', {
      p_node: node.name,
      p_leases: mine.map(([name, { epoch }]) => ({ session_name: name, epoch, seconds: leaseSeconds })),
      p_seconds: leaseSeconds,
    });
    for (const [name, right] of mine) {
      if (node.rights.get(name) !== right) continue;
      const isKept = answers.find((one) => one.session_name === name)?.renewed === true;
      if (isKept) grant(node, name, right.epoch, asked);
      else node.rights.delete(name);
    }
  };

  const release = async (node: WorldNode): Promise<void> => {
    const [session, right] = [...node.rights][pick(Math.max(1, node.rights.size))] ?? [];
    if (session === undefined || right === undefined) return;
    node.rights.delete(session);
    node.givenBack.add(session);
    await node.door.call('zap_fleet_lease_release', {
      p_node: node.name,
      p_leases: [{ session_name: session, epoch: right.epoch }],
    });
  };

  /** One server's next step; those of all servers go at the same time. */
  const step = async (node: WorldNode): Promise<void> => {
    const what = pick(10);
    if (what === 0) node.alive = !node.alive;
    if (!node.alive) return;
    await beat(node);
    if (what < 5) await Promise.all([claim(node), renew(node)]);
    else if (what < 7) await renew(node);
    else if (what < 8) await takeAny(node);
    else if (what < 9) await release(node);
    else await claim(node);
  };

  const passTime = async (seconds: number): Promise<void> => {
    await supabase.sql(`update whatsapp_sessions set lease_expires_at = lease_expires_at - interval '${seconds} seconds';
      update fleet_nodes set beat_at = beat_at - interval '${seconds} seconds'`);
    moved += seconds * 1000;
  };

  return {
    broken,
    begin: async (): Promise<void> => {
      const rows = sessions.map(({ name, failover }) => `('${name}', true, '${failover}')`);
      await supabase.sql(`insert into whatsapp_sessions (session_name, is_active, failover) values ${rows.join(', ')}`);
    },
    round: async (): Promise<void> => {
      await Promise.all(nodes.map(step));
      await passTime([0, 0, 20, 50, 100][pick(5)] ?? 0);
    },
    /** All servers are there and have room: what may move by itself runs somewhere. */
    settle: async (): Promise<void> => {
      for (const node of nodes) Object.assign(node, { alive: true, room: sessions.length });
      await passTime(200);
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(nodes.map(beat));
        await Promise.all(nodes.map(claim));
        for (const node of nodes) for (const session of node.givenBack) await take(node, session);
        await Promise.all(nodes.map(renew));
      }
    },
    owners: (name: string): readonly string[] =>
      nodes.filter(({ rights }) => (rights.get(name)?.until ?? 0) > now()).map((node) => node.name),
    close: () => Promise.all(nodes.map(({ door }) => door.close())),
  };
};

export const worldCases = (supabase: () => LocalSupabase): void => {
  it.each([1, 2, 3])(
    'in a random world no session has two owners, no server more than fits, and none is lost (seed %i)',
    {
      timeout: 180_000,
    },
    async (seed) => {
      const world = createWorld(supabase(), seed);
      try {
        await world.begin();
        for (let round = 0; round < 25; round += 1) await world.round();
        await world.settle();

        expect(world.broken).toEqual([]);
        for (const { name, failover } of sessions)
          if (failover === 'auto') expect([name, world.owners(name)]).toEqual([name, [expect.any(String)]]);
      } finally {
        await world.close();
      }
    },
  );
};
