import type { LocalSupabase } from '../supabase/local-supabase.ts';
import type { BotSession, Customers, Send } from './customers.ts';
import { addressOf, machines, nodeNameOf } from './engines.ts';

/**
 * Who had the right to run a session, and when, as Postgres wrote it down, against who sent, and when, as WhatsApp saw it. All clocks are
 * this machine's.
 */
export interface Ledger {
  /** Sends by a machine that had no lease at that moment. */
  sendsWithoutLease(session: BotSession): Promise<readonly Send[]>;
  /** Epochs in which more than one machine sent. */
  epochsOfTwo(session: BotSession): Promise<readonly number[]>;
  /**
   * Texts that were in a machine's hands when another one took the session: whether they were answered nobody can say, so they are not
   * answered twice, and a person is told (`silent`).
   */
  leftToPerson(): Promise<ReadonlySet<string>>;
  lease(session: BotSession): Promise<Lease>;
  /** When the session changed hands after `since`, and what the lease before was. */
  handOver(session: BotSession, since: number): Promise<{ readonly before: Lease; readonly after: Lease } | null>;
}

export interface Lease {
  /** When it was written down. */
  readonly at: number;
  readonly epoch: number;
  /** Address of the machine; empty: nobody's, or unknown. */
  readonly holder: string;
  /** 0: it was given back. */
  readonly endsAt: number;
}

const writeDown = `
create table if not exists test_leases (
  session text not null, epoch bigint, node text, ends timestamptz, at timestamptz not null default clock_timestamp(), seq bigserial);
create or replace function test_write_lease_down() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into test_leases (session, epoch, node, ends) values (new.session_name, new.lease_epoch, new.home_node, new.lease_expires_at);
  return null;
end $$;
drop trigger if exists test_leases on whatsapp_sessions;
create trigger test_leases after insert or update of lease_epoch, home_node, lease_expires_at on whatsapp_sessions
  for each row execute function test_write_lease_down();
select 1;`;

export const createLedger = async (supabase: LocalSupabase, customers: Customers): Promise<Ledger> => {
  await supabase.sql(writeDown);

  const leases = async ({ name }: BotSession): Promise<readonly Lease[]> => {
    const rows = await supabase.sql(
      `select l.epoch::int as epoch, coalesce(n.name, '') as name, (extract(epoch from l.at) * 1000)::float as at,
         coalesce((extract(epoch from l.ends) * 1000)::float, 0) as ends
       from test_leases l left join fleet_nodes n on n.node_id = l.node where l.session = '${name}' order by l.seq`,
    );
    return rows.map((row) => {
      const machine = machines.find((each) => nodeNameOf(each) === row['name']);
      return {
        at: Number(row['at']),
        epoch: Number(row['epoch']),
        holder: machine === undefined ? '' : addressOf(machine),
        endsAt: Number(row['ends']),
      };
    });
  };
  const inForce = (all: readonly Lease[], at: number): Lease | undefined => all.findLast((each) => each.at <= at);

  return {
    sendsWithoutLease: async (session) => {
      const all = await leases(session);
      return (await customers.sends(session)).filter(({ at, from }) => {
        const lease = inForce(all, at);
        return lease === undefined || lease.holder !== from || lease.endsAt <= at;
      });
    },
    epochsOfTwo: async (session) => {
      const all = await leases(session);
      const senders = new Map<number, Set<string>>();
      for (const { at, from } of await customers.sends(session)) {
        const epoch = inForce(all, at)?.epoch ?? -1;
        senders.set(epoch, (senders.get(epoch) ?? new Set()).add(from));
      }
      return [...senders].filter(([, from]) => from.size > 1).map(([epoch]) => epoch);
    },
    leftToPerson: async () => {
      const rows = await supabase.sql(`select content from messages where outcome_code = 'moved'`);
      return new Set(rows.map((row) => String(row['content'])));
    },
    lease: async (session) => {
      const last = (await leases(session)).at(-1);
      if (last === undefined) throw new Error(`${session.name} never had a lease`);
      return last;
    },
    handOver: async (session, since) => {
      const all = await leases(session);
      const index = all.findIndex(
        (each, i) => each.at > since && all[i - 1] !== undefined && all[i - 1]?.holder !== each.holder,
      );
      const [before, after] = [all[index - 1], all[index]];
      return before === undefined || after === undefined ? null : { before, after };
    },
  };
};
