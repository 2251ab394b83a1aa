import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { type FaultProxy, startFaultProxy } from '../supabase/fault-proxy.ts';
import { type LocalStorage, startLocalStorage } from '../supabase/local-storage.ts';
import { type LocalSupabase, startLocalSupabase } from '../supabase/local-supabase.ts';
import { createApiClient } from '../support/api-client.ts';
import { until } from '../support/until.ts';
import { startWhatsAppWeb, type WhatsAppWeb } from '../whatsapp-web/whatsapp-web.ts';
import { type BotSession, type Customers, createCustomers } from './customers.ts';
import { addressOf, dockerOn, type Machine, machines, mustDockerOn, nodeNameOf, outside } from './engines.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { allHealthy, allSettled, containerOn, deployStack, makeSecrets, token } from './stack.ts';

/**
 * A group of three machines with a session each, linked by QR at WhatsApp's stand-in: the engine is the real one (wppconnect in a real
 * Chromium), because only a WhatsApp that is outside of all machines can say who sent what, keeps what customers write while nobody is
 * there, and tells the older socket of a device that it was replaced.
 */
export interface Group {
  readonly web: WhatsAppWeb;
  readonly supabase: LocalSupabase;
  /** The way to Supabase, tables and files, for all machines. */
  readonly proxy: FaultProxy;
  readonly sessions: readonly BotSession[];
  readonly customers: Customers;
  readonly ledger: Ledger;
  deploy(image: string): Promise<void>;
  rows(machine: Machine): Promise<readonly Row[]>;
  /** The machines on which it is connected now, by their own word. */
  connectedOn(session: BotSession): Promise<readonly Machine[]>;
  /** Until each session is connected on exactly one machine, and these machines answer, and are heard of in Supabase. */
  whole(which: readonly Machine[], within: number): Promise<void>;
  /** `zap-fleet …` on that machine; throws when it fails. */
  fleet(machine: Machine, ...args: readonly string[]): Promise<string>;
  /** A shell's line in the fleet's container there. */
  inside(machine: Machine, script: string): Promise<string>;
  close(): Promise<void>;
}

export type Row = z.infer<typeof rowSchema>;

const rowSchema = z.object({
  name: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  desiredState: z.string(),
  pid: z.number().nullable(),
});

const sessions: readonly BotSession[] = [
  { name: 'padaria', phone: '5511980000001' },
  { name: 'mercado', phone: '5511980000002' },
  { name: 'oficina', phone: '5511980000003' },
];

/** Answers come at once: what is measured is who answers, not how long a person would type. */
const quick = {
  quietMs: 300,
  readingDelayMs: 0,
  typing: false,
  pauseBetweenPartsMs: 0,
  jitter: 0,
  split: false,
  maxPerChatHour: 0,
  maxPerChatDay: 0,
};

const link = async (group: Group, machine: Machine, { name, phone }: BotSession): Promise<void> => {
  const api = createApiClient({ url: `http://${addressOf(machine)}:3000`, token });
  const params = { name };
  await api.call('createSession', { body: { name, ai: 'echo' } });
  await api.call('changeSession', { params, body: { timing_config: quick, replies: 'on' } });
  await group.fleet(machine, 'config', name, 'set', 'failover', 'auto');
  await api.call('startSession', { params, body: { wait: false } });
  await until(
    async () => {
      const { qr, state } = await api.call('getCodes', { params, query: { within: 20_000 } });
      if (state === 'connected') return true;
      if (qr !== null) await group.web.scan({ code: qr.payload, phone, name });
      return false;
    },
    { within: 120_000, every: 500, what: `${name} to be linked` },
  );
  await group.fleet(machine, 'bundle', 'push', name);
};

/** Answers whoever asks whether there is an internet: a machine whose cable is pulled does not reach it, all others do. */
const startInternet = async (): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((_, response) => response.writeHead(204).end());
  await new Promise<void>((resolve) => server.listen(0, outside, resolve));
  return {
    url: `http://${outside}:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Each knows of the two others, so that each worker has an end, and says that it adopts nothing that it should not. */
const knowEachOther = (supabase: LocalSupabase): Promise<unknown> =>
  until(
    async () => (await supabase.sql('select 1 from fleet_nodes where others = 2 and beat_at is not null')).length === 3,
    { within: 90_000, every: 500, what: 'the three machines to know of each other' },
  );

/** A machine that was away is one to which sessions may move when it says that it is there. */
const heardOf = (supabase: LocalSupabase, which: readonly Machine[], within: number): Promise<unknown> =>
  until(
    async () => {
      const heard = await supabase.sql(`select name from fleet_nodes where beat_at > now() - interval '15 seconds'`);
      return which.every((machine) => heard.some(({ name }) => name === nodeNameOf(machine)));
    },
    { within, every: 500, what: `all of ${which.join(', ')} to be heard of` },
  );

/** The last lines that a container printed, of both of its outputs. */
export const logsOf = async (machine: Machine, id: string): Promise<string> => {
  const { stdout, stderr } = await dockerOn(machine, 'logs', '--tail', '25', id);
  return `${stdout}\n${stderr}`.trim();
};

export const openGroup = async (image: string): Promise<Group> => {
  const web = await startWhatsAppWeb({
    host: outside,
    syncMs: 200,
    qr: { firstMs: 60_000, nextMs: 20_000, count: 10 },
  });
  const supabase = await startLocalSupabase();
  const storage: LocalStorage = await startLocalStorage({ behind: supabase.url });
  const proxy = await startFaultProxy(storage.url, outside);
  const internet = await startInternet();
  const customers = createCustomers(web, sessions);
  const ledger = await createLedger(supabase, customers);
  const environment = {
    SUPABASE_URL: proxy.url,
    BROWSER_ARGS: JSON.stringify(web.browserArgs),
    FLEET_MEMORY: '2G',
    TZ: 'UTC',
  };

  const inside: Group['inside'] = async (machine, script) => {
    const id = await containerOn(machine);
    if (id === null) throw new Error(`no container runs on ${machine}`);
    return mustDockerOn(machine, 'exec', id, 'bash', '-c', script);
  };
  const rows: Group['rows'] = async (machine) => {
    const answer = await fetch(`http://${addressOf(machine)}:3000/api/sessions`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(3000),
    });
    return z.object({ sessions: z.array(rowSchema) }).parse(await answer.json()).sessions;
  };
  const seen = async (): Promise<readonly (readonly Row[])[]> =>
    Promise.all(
      machines.map((machine) =>
        rows(machine).catch((error: unknown) => {
          // Dead, cut off or on its way up: it says nothing of any session.
          if (error instanceof Error) return [];
          throw error;
        }),
      ),
    );
  const connectedOn: Group['connectedOn'] = async ({ name }) => {
    const all = await seen();
    return machines.filter((_, index) => all[index]?.some((row) => row.name === name && row.state === 'connected'));
  };

  const answers = (machine: Machine) => async (): Promise<boolean> => {
    try {
      await rows(machine);
      return true;
    } catch (error) {
      if (error instanceof Error) return false;
      throw error;
    }
  };

  const group: Group = {
    web,
    supabase,
    proxy,
    sessions,
    customers,
    ledger,
    rows,
    connectedOn,
    inside,
    deploy: (given) => deployStack(given, environment, internet.url),
    fleet: (machine, ...args) => inside(machine, ['zap-fleet', ...args].join(' ')),
    whole: async (which, within) => {
      await allSettled(which, within);
      await allHealthy(which, within);
      await until(
        async () => {
          const where = await Promise.all(sessions.map(connectedOn));
          return where.every((each) => each.length === 1);
        },
        { within, every: 1000, what: 'each session to be connected on one machine' },
      ).catch(async (error: unknown) => {
        const all = (await seen()).map((each, index) => `${machines[index]}: ${JSON.stringify(each)}`);
        throw new Error(all.join('\n'), { cause: error });
      });
      await heardOf(supabase, which, within);
    },
    close: async () => {
      customers.pause();
      await proxy.close();
      await internet.close();
      await storage.close();
      await supabase.close();
      await web.close();
    },
  };

  try {
    await makeSecrets();
    await group.deploy(image);
    await allHealthy(machines, 180_000);
    // Healthy is a master that answers; its API listens a little later on a busy machine.
    for (const machine of machines)
      await until(answers(machine), { within: 60_000, every: 500, what: `the API of ${machine}` });
    await Promise.all(sessions.map((session, index) => link(group, machines[index] ?? 1, session)));
    await knowEachOther(supabase);
    await group.whole(machines, 60_000);
  } catch (error) {
    for (const machine of machines) {
      const id = await containerOn(machine);
      if (id !== null) console.error(machine, await logsOf(machine, id));
    }
    await group.close();
    throw error;
  }
  return group;
};
