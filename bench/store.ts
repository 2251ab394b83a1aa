/**
 * The store under load: `node bench/store.ts [--seconds 10] [--messages 1000000]`.
 *
 * 1. Ten processes write 2,000 messages a second together, synchronous FULL, the messages of one tick in one transaction, as a worker's
 *    inbox does. None may be lost; the worst stall is printed beside what the disk does in fsyncs.
 * 2. With a million stored messages, every query behind a screen must stay below 10 ms at the 99th percentile.
 *
 * Exit code 1 when a promise is broken.
 */
import { spawn } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { defaultConfig } from '../src/session/session-config.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import type { StoredSession } from '../src/store/session-store.ts';
import { openStore, type Store } from '../src/store/store.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    messages: { type: 'string', default: '1000000' },
    directory: { type: 'string', default: tmpdir() },
  },
});
const seconds = Number(options.seconds);
const storedMessages = Number(options.messages);
const writers = 10;
const perSecond = 2000;
const promisedP99Ms = 10;

const directory = mkdtempSync(join(options.directory, 'zf-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
let isBroken = false;
const check = (holds: boolean, text: string): void => {
  if (!holds) isBroken = true;
  console.log(`${holds ? 'ok    ' : 'BROKEN'} ${text}`);
};

const fsyncsPerSecond = (): number => {
  const file = openSync(join(directory, 'fsync'), 'w');
  const page = Buffer.alloc(4096, 1);
  const end = performance.now() + 1000;
  let count = 0;
  while (performance.now() < end) {
    writeSync(file, page, 0, page.length, 0);
    fsyncSync(file);
    count += 1;
  }
  closeSync(file);
  return count;
};

const addSession = (store: Store, name: string): StoredSession =>
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
  );

interface WriterReport {
  readonly written: number;
  readonly worstMs: number;
  readonly p99Ms: number;
}

const runWriter = (path: string, sessionId: string, sessionName: string): Promise<WriterReport> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, 'store-writer.ts'),
        path,
        sessionId,
        sessionName,
        String(perSecond / writers),
        String(seconds),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve(JSON.parse(output) as WriterReport);
      else reject(new Error(`a writer ended with code ${code}`));
    });
  });

const benchWrites = async (): Promise<void> => {
  const fsyncs = fsyncsPerSecond();
  const path = join(directory, 'writes.db');
  const store = openStore(path);
  const sessions = Array.from({ length: writers }, (_, n) => addSession(store, `bench-${n}`));
  const begun = performance.now();
  const reports = await Promise.all(sessions.map((session) => runWriter(path, session.id, session.name)));
  const took = (performance.now() - begun) / 1000;
  const written = reports.reduce((sum, report) => sum + report.written, 0);
  const stored = store.database.get<{ n: number }>('SELECT count(*) AS n FROM messages')?.n ?? 0;
  const integrity = store.database.get<{ integrity_check: string }>('PRAGMA integrity_check')?.integrity_check;
  const worst = Math.max(...reports.map((report) => report.worstMs));
  const p99 = Math.max(...reports.map((report) => report.p99Ms));
  console.log(
    `\nwrites: ${writers} processes, ${perSecond}/s wanted for ${seconds} s, synchronous FULL, one transaction a tick of 50 ms`,
  );
  console.log(`       ${written} written in ${took.toFixed(1)} s (start-up included)`);
  console.log(`       a tick: worst ${worst.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; this disk: ${fsyncs} fsync/s`);
  check(stored === written && written === perSecond * seconds, `none lost: ${stored} of ${perSecond * seconds} stored`);
  check(integrity === 'ok', `integrity: ${integrity}`);
  check(written / (took - 1.5) >= perSecond * 0.95, `${perSecond} a second are kept up with`);
  check(worst < 5000, 'no tick came near the busy timeout of 5 s');
  store.close();
};

/** A fleet of 50 sessions with a long past, made by SQL: what is measured is reading. */
const fill = (path: string): { store: Store; sessions: StoredSession[] } => {
  const store = openStore(path);
  const sessions = Array.from({ length: 50 }, (_, n) => addSession(store, `loja-${n}`));
  const chats = 20_000;
  const now = Date.now();
  const raw = new DatabaseSync(path);
  raw.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN');
  raw.exec(`CREATE TEMP TABLE ids AS SELECT row_number() OVER (ORDER BY name) - 1 AS n, id, name FROM sessions`);
  const numbers = (count: number): string =>
    `WITH RECURSIVE i(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM i WHERE k + 1 < ${count})`;
  raw.exec(
    `${numbers(chats)} INSERT INTO conversations (session_id, session_name, chat_id, phone, phone_key, name, last_inbound_at, last_at, last_text, message_count, created_at, updated_at)
     SELECT s.id, s.name, (551100000000 + k) || '@c.us', (551100000000 + k), (551100000000 + k), 'Cliente ' || k, ${now} - k * 1000, ${now} - k * 1000, 'oi', 50, ${now}, ${now}
     FROM i JOIN ids s ON s.n = k % 50`,
  );
  raw.exec(
    `${numbers(storedMessages)} INSERT INTO messages (session_id, conversation_id, wa_id, sender, kind, text, at, stored_at, outcome, outcome_at, pending_since, turn_id, updated_at)
     SELECT c.session_id, c.id, 'false_' || k, CASE WHEN k % 2 THEN 'bot' ELSE 'customer' END, 'text',
       'Olá, vocês têm bolo de cenoura para sábado às três da tarde? ' || k, ${now} - (${storedMessages} - k) * 2000, ${now} - (${storedMessages} - k) * 2000,
       CASE WHEN k % 2 THEN NULL WHEN k > ${storedMessages} - 400 THEN 'pending' WHEN k % 997 = 0 THEN 'unanswered' ELSE 'answered' END,
       ${now} - (${storedMessages} - k) * 2000, ${now} - (${storedMessages} - k) * 2000, k / 2, ${now}
     FROM i JOIN conversations c ON c.id = 1 + (k / 2) % ${chats}`,
  );
  raw.exec(
    `${numbers(Math.floor(storedMessages / 4))} INSERT INTO turns (session_id, conversation_id, started_at, finished_at, outcome, message_ids, joined_text, provider, model, parameters, updated_at)
     SELECT c.session_id, c.id, ${now} - (${Math.floor(storedMessages / 4)} - k) * 8000, ${now}, 'answered', '["a"]', 'oi', 'openai', 'm', '{}', ${now}
     FROM i JOIN conversations c ON c.id = 1 + k % ${chats}`,
  );
  raw.exec(
    `${numbers(Math.floor(storedMessages / 4))} INSERT INTO outbox (session_id, conversation_id, batch, text, source, actor, status, message_id, created_at, done_at, updated_at)
     SELECT c.session_id, c.id, k, 'resposta', 'reply', 'bot', CASE WHEN k % 5000 = 0 THEN 'draft' ELSE 'sent' END, 'ID' || k, ${now} - k * 8000, ${now} - k * 8000, ${now}
     FROM i JOIN conversations c ON c.id = 1 + k % ${chats}`,
  );
  raw.exec(
    `${numbers(50 * 1440 * 8)} INSERT INTO activity_minutes (session_id, minute, received, visits, sent) SELECT s.id, ${Math.floor(now / 60_000)} - k / 50, 3, 1, 3 FROM i JOIN ids s ON s.n = k % 50`,
  );
  raw.exec(
    `${numbers(100_000)} INSERT INTO events (at, level, session_id, session_name, kind, text, actor) SELECT ${now} - k, 'info', s.id, s.name, 'k', 'text', 'bot' FROM i JOIN ids s ON s.n = k % 50`,
  );
  raw.exec(
    `INSERT INTO session_hours (session_id, hour, received, sent, in_time, seen, connected)
     SELECT session_id, minute - minute % 60, sum(received), sum(sent), 40, 60, 60 FROM activity_minutes GROUP BY 1, 2`,
  );
  raw.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  raw.close();
  return { store, sessions };
};

const benchQueries = (): void => {
  const path = join(directory, 'queries.db');
  const begun = performance.now();
  const { store, sessions } = fill(path);
  console.log(
    `\nqueries: ${storedMessages} messages, 50 sessions, 20,000 chats, ${Math.round(statSync(path).size / 1e6)} MB (filled in ${((performance.now() - begun) / 1000).toFixed(0)} s)`,
  );
  const ids = sessions.map((session) => session.id);
  let turn = 0;
  const any = (): StoredSession => {
    turn = (turn + 17) % sessions.length;
    return sessions[turn] as StoredSession;
  };
  const chatOf = (session: StoredSession): { id: number; chatId: string } => {
    const rows = store.database.all<{ id: number; chatId: string }>(
      'SELECT id, chat_id AS chatId FROM conversations WHERE session_id = ? ORDER BY last_at DESC LIMIT 200',
      session.id,
    );
    return rows[(turn * 7) % rows.length] as { id: number; chatId: string };
  };
  const pairs = Array.from({ length: 200 }, () => {
    const session = any();
    return { session, chat: chatOf(session) };
  });
  const pair = (): (typeof pairs)[number] => {
    turn += 1;
    return pairs[turn % pairs.length] as (typeof pairs)[number];
  };
  const newest = store.changes.newest();
  const now = Date.now();
  const queries: readonly (readonly [string, () => unknown])[] = [
    ['fleet table: activity of all 50 sessions', () => store.activity.activityOf(ids, now)],
    ['fleet table: sessions', () => store.sessions.list()],
    ['chats of a session', () => store.chats.chats({ sessionId: any().id, limit: 100, now })],
    ['chats of the fleet', () => store.chats.chats({ limit: 100, now })],
    ['chats, searched', () => store.chats.chats({ sessionId: any().id, search: 'Cliente 99', limit: 100, now })],
    ['chats of the fleet, searched in vain', () => store.chats.chats({ search: 'nobody', limit: 100, now })],
    [
      'messages of a chat',
      () => {
        const { session, chat } = pair();
        return store.chats.messages({ sessionId: session.id, chatId: chat.chatId, limit: 100 });
      },
    ],
    ['drafts of the fleet', () => store.chats.drafts()],
    ['why: turns of a session', () => store.why.turns({ sessionId: any().id, limit: 20 })],
    [
      'why: turns of a chat',
      () => {
        const { session, chat } = pair();
        return store.why.turns({ sessionId: session.id, chatId: chat.chatId, limit: 20 });
      },
    ],
    ['events of the fleet', () => store.events.list({ limit: 100 })],
    ['events of a session', () => store.events.list({ sessionName: any().name, limit: 100 })],
    ['cost of the fleet', () => store.usage.list({ fromDay: '2026-01-01' })],
    ['normal of a session', () => store.activity.normalOf([any().id], now)],
    [
      'history: one session of a look',
      () => {
        const { id } = any();
        const hour = Math.floor(now / 3_600_000) * 60;
        return [
          store.history.minutesOf(id, hour - 120),
          store.history.servedOf(id, { from: hour - 120, until: hour + 60 }, 150_000, now),
          store.history.answersOf(id, now - 5_400_000),
        ];
      },
    ],
    ['history: strips of all 50 sessions', () => store.history.hoursOf(ids, Math.floor(now / 60_000) - 24 * 60)],
    ['history: a week of the fleet', () => store.history.messagesByHour(ids, Math.floor(now / 60_000) - 7 * 1440)],
    ['history: connected for a week', () => store.history.connectedByHour(ids, Math.floor(now / 60_000) - 7 * 1440)],
    ['history: cost by session', () => store.usage.shares('session', '2026-01-01')],
    [
      'worker: pending and open chats',
      () => {
        const session = any();
        return [store.messages.chatsWithPending(session.id), store.outbox.chatsWithOpen(session.id)];
      },
    ],
    ['worker: history of a chat', () => store.messages.history(pair().chat.id, 0, Number.MAX_SAFE_INTEGER, 400)],
    ['replica: 500 changes', () => store.changes.since(newest - 5000 - (turn++ % 100), 500)],
  ];
  for (const [name, query] of queries) {
    for (let warm = 0; warm < 20; warm += 1) query();
    const times: number[] = [];
    for (let run = 0; run < 300; run += 1) {
      const before = performance.now();
      query();
      times.push(performance.now() - before);
    }
    times.sort((a, b) => a - b);
    const p99 = times[Math.floor(times.length * 0.99)] ?? 0;
    check(
      p99 < promisedP99Ms,
      `${name.padEnd(42)} median ${(times[150] ?? 0).toFixed(2).padStart(6)} ms   p99 ${p99.toFixed(2).padStart(6)} ms`,
    );
  }
  store.close();
};

await benchWrites();
benchQueries();
process.exitCode = isBroken ? 1 : 0;
