/**
 * Bench of long work: `node bench/large-store.ts [--messages N] [--only WORD] [--skip WORD]`. A real master of the built program (node scripts/build.mjs)
 * on a store of a million messages; every command that may be long, while the master's loop and the screens' questions are watched. Ends
 * with 1 when a bound does not hold.
 */
import { parseArgs } from 'node:util';
import { connectFleet } from '../src/client/connect-fleet.ts';
import { prepareHome } from '../src/home/home-paths.ts';
import type { Fleet } from '../src/protocol/door.ts';
import { defaultConfig } from '../src/session/session-config.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { builtFleet } from '../test/support/built-fleet.ts';
import { probeLoop } from './loop-probe.ts';

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
    skip: { type: 'string', default: 'none' },
  },
});
const total = Number(options.messages);
/** The promise of docs/operations.md. */
const promisedBlockMs = 50;
/** What a screen asks is answered within this, whatever is being done: two slices, its own query, and the way through the socket. */
const promisedAnswerMs = 100;
const askEvery = 40;
const token = 'bench-large-store-token-0123456789abcdef';

let isBroken = false;
const check = (holds: boolean, text: string): void => {
  if (!holds) isBroken = true;
  console.log(`${holds ? 'ok    ' : 'BROKEN'} ${text}`);
};

const addSession = (store: Store, name: string): string =>
  store.sessions.create(
    {
      name: parseSessionName(name),
      label: '',
      engine: 'simulated',
      expectedPhone: null,
      config: defaultConfig(),
      instructions: null,
      author: 'bench',
    },
    Date.now(),
  ).id;

const numbers = (count: number): string =>
  `WITH RECURSIVE i(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM i WHERE k < ${count})`;

/** The busiest customer, whose chat holds three tenths of everything. */
const busiest = '5511900000001';

/** Seven tenths in one session (three of them in one chat), two in one of very many chats, one in a group of one author, and one past its days. Begins what is old when it is called. */
const fill = (store: Store): (() => void) => {
  const now = Date.now();
  const { database } = store;
  database.prepare('PRAGMA synchronous = OFF').get();
  const big = addSession(store, 'grande');
  const many = addSession(store, 'muitas');
  const group = addSession(store, 'grupo');
  const aging = addSession(store, 'antiga');
  for (let n = 0; n < 40; n += 1) addSession(store, `loja-${n}`);
  const chats = (session: string, name: string, count: number, from: number): void => {
    database.run(
      `${numbers(count)} INSERT INTO conversations (session_id, session_name, chat_id, phone, phone_key, name, last_inbound_at, last_at, last_text, message_count, created_at, updated_at)
         SELECT ?1, ?2, (${from} + k) || '@c.us', ${from} + k, ${from} + k, 'Cliente ' || k, ${now} - k * 1000, ${now} - k * 1000, 'oi', 50, ${now}, ${now} FROM i`,
      session,
      name,
    );
  };
  let said = 0;
  const say = (session: string, count: number, chat: string, author = 'NULL', secondsApart = 2): void => {
    said += 1;
    database.run(
      `${numbers(count)} INSERT INTO messages (session_id, conversation_id, wa_id, message_key, sender, author, kind, text, at, stored_at, outcome, turn_id, updated_at)
         SELECT ?1, ${chat}, 'false_' || ?1 || '${said}.' || k, 'in:${said}.' || k, CASE WHEN k % 2 THEN 'bot' ELSE 'customer' END, ${author}, 'text',
           'Olá, vocês têm bolo de cenoura para sábado às três da tarde? ' || k, ${now} - k * ${secondsApart}000, ${now} - k * ${secondsApart}000, 'answered', NULL, ${now} FROM i`,
      session,
    );
  };
  database.transaction(() => {
    chats(big, 'grande', 20_000, 5_511_900_000_000);
    chats(aging, 'antiga', 100, 5_541_900_000_000);
    chats(many, 'muitas', total / 5, 5_521_900_000_000);
    database.run(
      `INSERT INTO conversations (session_id, session_name, chat_id, chat_kind, last_at, created_at, updated_at) VALUES (?, 'grupo', '120363@g.us', 'group', ${now}, ${now}, ${now})`,
      group,
    );
    const first = (session: string): string =>
      String(database.get<{ id: number }>('SELECT min(id) AS id FROM conversations WHERE session_id = ?', session)?.id);
    say(big, total * 0.3, first(big));
    say(big, total * 0.4, `${first(big)} + k % 20000`);
    say(many, total * 0.2, `${first(many)} + k % ${total / 5}`);
    say(aging, total * 0.1, `${first(aging)} + k % 100`, 'NULL', 60);
    say(group, total * 0.1, first(group), "'5531988887777@c.us'");
    database.run(
      `${numbers(total / 4)} INSERT INTO turns (session_id, conversation_id, started_at, finished_at, outcome, message_ids, joined_text, provider, model, parameters, updated_at)
         SELECT ?1, ${first(big)} + k % 20000, ${now} - k * 8000, ${now}, 'answered', '["a"]', 'oi', 'openai', 'm', '{}', ${now} FROM i`,
      big,
    );
    database.run(
      `${numbers(total / 4)} INSERT INTO outbox (session_id, conversation_id, batch, text, source, actor, status, message_id, created_at, done_at, updated_at)
         SELECT ?1, ${first(big)} + k % 20000, k, 'resposta', CASE WHEN k % 50 = 0 THEN 'alert' ELSE 'reply' END, 'bot', 'sent', 'ID' || k, ${now} - k * 8000, ${now} - k * 8000, ${now} FROM i`,
      big,
    );
    // Half of them past their year.
    database.run(
      `${numbers(total / 5)} INSERT INTO events (at, level, session_id, session_name, kind, text, actor)
         SELECT ${now} - k * 320000, 'info', ?1, 'grande', 'k', 'the owner took over Cliente ' || k, 'bot' FROM i`,
      big,
    );
  });
  // As a merge of two long chats leaves it.
  const chatsOfMany = database.all<{ id: number }>(
    'SELECT id FROM conversations WHERE session_id = ? ORDER BY id LIMIT 2',
    many,
  );
  const [kept, gone] = [chatsOfMany[0]?.id ?? 0, chatsOfMany[1]?.id ?? 0];
  database.run(`UPDATE messages SET conversation_id = ? WHERE session_id = ? AND seq % 2 = 0`, gone, many);
  database.run('DELETE FROM conversations WHERE id = ?', gone);
  const config = defaultConfig();
  store.sessions.change(aging, { config: { ...config, filters: { ...config.filters, retentionDays: 30 } } }, now);
  store.database.checkpoint('truncate');

  return () => {
    store.jobs.add({ kind: 'retention', args: {}, actor: 'bench' }, now);
    const merge = 'INSERT INTO conversation_merges (gone_id, kept_id, session_id, at) VALUES (?,?,?,?)';
    database.run(merge, gone, kept, many, now);
  };
};

/** What a screen asks, again and again while something long is done: the longest and the p99 of its answers, ms. */
const watchScreens = (fleet: Fleet): { stop(): Promise<{ worst: number; p99: number; asked: number }> } => {
  const times: number[] = [];
  let going = true;
  const questions: readonly (() => Promise<unknown>)[] = [
    () => fleet.request('chats', { limit: 100 }),
    () => fleet.request('chats', { name: 'muitas', limit: 100 }),
    () => fleet.request('events', { limit: 100 }),
    () => fleet.request('drafts', {}),
    () => fleet.request('job', { id: 0 }),
  ];
  const run = async (): Promise<void> => {
    for (let n = 0; going; n += 1) {
      const begun = performance.now();
      try {
        await questions[n % questions.length]?.();
        times.push(performance.now() - begun);
      } catch (error) {
        // A session that was deleted a moment ago.
        if (!(error instanceof Error && error.message.includes('no session'))) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, askEvery));
    }
  };
  const running = run();

  return {
    stop: async () => {
      going = false;
      await running;
      times.sort((a, b) => a - b);
      return { worst: times.at(-1) ?? 0, p99: times[Math.floor(times.length * 0.99)] ?? 0, asked: times.length };
    },
  };
};

const home = builtFleet(
  { FLEET_LANG: 'en', BACKUP_PASSPHRASE: 'uma frase bem longa', FLEET_API_TOKEN: token },
  { withinMs: 1_800_000 },
);
try {
  prepareHome(home.paths);
  const begun = performance.now();
  const store = openStore(home.paths.database);
  const beginOld = fill(store);
  console.log(`${total} messages, filled in ${((performance.now() - begun) / 1000).toFixed(0)} s`);

  const { pid } = await home.json<{ pid: number }>('master', 'status').catch(async () => {
    await home.run('create', 'primeira', '--engine', 'simulated');
    return home.json<{ pid: number }>('master', 'status');
  });
  const fleet = await connectFleet({ paths: home.paths }, { launch: null });
  const probe = await probeLoop(pid);

  // What a master does once after its start is not what is measured.
  await new Promise((resolve) => setTimeout(resolve, 8000));

  const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    if (!name.includes(options.only) || name.includes(options.skip)) return;
    await probe.reset();
    const screens = watchScreens(fleet);
    const from = performance.now();
    await work();
    const took = (performance.now() - from) / 1000;
    const { worst, p99, asked } = await screens.stop();
    const { wallMs, cpuMs } = await probe.longest();
    check(
      wallMs <= promisedBlockMs && p99 <= promisedAnswerMs,
      `${name.padEnd(46)} ${took.toFixed(1).padStart(6)} s   loop held at most ${wallMs.toFixed(0).padStart(4)} ms (CPU ${cpuMs.toFixed(0).padStart(3)})   ${asked} answers, p99 ${p99.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`,
    );
  };
  const run = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await home.run(...args);
    if (code === 0) return;
    const text = `zap-fleet ${args.join(' ')} ended with ${code}: ${stderr}`;
    console.error(text);
    throw new Error(text);
  };
  const jobsDone = async (): Promise<void> => {
    while (store.jobs.open().length > 0 || (store.database.get('SELECT 1 FROM conversation_merges') ?? null) !== null)
      await new Promise((resolve) => setTimeout(resolve, 200));
  };

  await measure('nothing but the screens', () => new Promise((resolve) => setTimeout(resolve, 3000)));
  await measure('retention, old records, a merge of long chats', async () => {
    beginOld();
    // Whatever is asked for takes up what another process wrote.
    await run('purge', 'loja-2', '5531988887770', '--yes');
    await jobsDone();
  });
  await measure('how much a delete would erase (dialog)', () => fleet.request('totals', { name: 'grande' }));
  await measure('metrics, the first time', () =>
    run('logs', '--lines', '5').then(async () => {
      const url = fleet.getSnapshot().fleet.apiUrl;
      if (url === null) throw new Error('the API does not listen');
      const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
      if (!answer.ok) throw new Error(`/metrics answers ${answer.status}`);
    }),
  );
  await measure('backup', () => run('backup'));
  await measure('export of 100,000 messages', () => run('export', 'grupo'));
  await measure('purge of a customer with 300,000 messages', () => run('purge', 'grande', busiest, '--yes'));
  await measure('purge of the author of a group', () => run('purge', 'grupo', '5531988887777', '--yes'));
  await measure('delete --purge of 200,000 chats', () => run('delete', 'muitas', '--purge', '--yes'));
  await measure('delete --purge of 400,000 messages', () => run('delete', 'grande', '--purge', '--yes'));
  store.jobs.add({ kind: 'vacuum', args: {}, actor: 'bench' }, Date.now());
  await measure('vacuum', async () => {
    await run('purge', 'grupo', '5531988887770', '--yes');
    await jobsDone();
  });

  probe.close();
  await fleet.close();
  store.close();
} finally {
  await home.end();
}
process.exitCode = isBroken ? 1 : 0;
