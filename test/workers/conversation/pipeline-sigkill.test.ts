import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseSessionName } from '../../../src/session/session-name.ts';
import { bundle } from '../../support/bundled.ts';
import { openNewStore } from '../../support/empty-database.ts';
import { until } from '../../support/until.ts';
import { message, plainConfig } from './pipeline-support.ts';

const kills = 12;
const chats = ['551187650001@c.us', '551187650002@c.us'] as const;

test('a worker that is killed with SIGKILL again and again answers every message once and in order', {
  timeout: 90_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'zf-sigkill-'));
  const path = join(directory, 'fleet.db');
  const store = openNewStore(path);
  const config = plainConfig();
  const session = store.sessions.create(
    {
      name: parseSessionName('padaria-joao'),
      label: '',
      engine: 'simulated',
      expectedPhone: null,
      config: {
        ...config,
        filters: { ...config.filters, botLoopTurns: 100 },
        timing: {
          ...config.timing,
          quietMs: 10,
          maxWaitMs: 40,
          partLength: 40,
          maxPerChatHour: 0,
          maxPerChatDay: 0,
          // The echo of so many short parts is longer than the bound of an answer; that is not what is tested here.
          maxMessages: 4,
          maxParts: 20,
        },
      },
      instructions: null,
      author: 'test',
    },
    Date.now(),
  );
  store.sessions.setAccount(session.id, { phone: '551133334444', lid: null, pushName: null }, Date.now() - 60_000);

  const program = join(directory, 'pipeline-process.mjs');
  bundle(join(import.meta.dirname, 'pipeline-process.ts'), program);
  let child: ChildProcess | null = null;
  let lives = 0;
  const startWorker = (): ChildProcess => {
    lives += 1;
    return spawn(process.execPath, [program, path, directory, session.id, `L${lives}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  const kill = async (one: ChildProcess): Promise<void> => {
    if (one.exitCode !== null || one.signalCode !== null) return;
    const exit = once(one, 'exit');
    one.kill('SIGKILL');
    await exit;
  };
  onTestFinished(async () => {
    if (child !== null) await kill(child);
    store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  let written = 0;
  const write = (): void => {
    written += 1;
    const one = message(`pergunta ${written} com palavras bastantes. E uma segunda frase da pergunta ${written}.`, {
      id: `false_${written}_IN${written}`,
      chatId: chats[written % 2] ?? chats[0],
      timestamp: Math.floor(Date.now() / 1000) * 1000,
    });
    appendFileSync(join(directory, 'in.jsonl'), `${JSON.stringify(one)}\n`);
  };
  const outLines = (): string[] =>
    existsSync(join(directory, 'out.jsonl'))
      ? readFileSync(join(directory, 'out.jsonl'), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : [];

  for (let round = 0; round < kills; round += 1) {
    child = startWorker();
    const before = outLines().length;
    for (let n = 0; n < 4; n += 1) write();
    // Killed while it works, each time after another number of sent parts.
    await until(() => outLines().length >= before + 1 + (round % 5), {
      within: 15_000,
      every: 1,
      what: 'parts to go out',
    });
    await kill(child);
  }
  child = startWorker();
  const open = (): number =>
    store.messages.chatsWithPending(session.id).length + store.outbox.chatsWithOpen(session.id).length;
  const stored = (): number =>
    store.database.get<{ n: number }>(`SELECT count(*) AS n FROM messages WHERE sender = 'customer'`)?.n ?? 0;
  await until(() => stored() === written && open() === 0, {
    within: 30_000,
    what: 'the last life to finish everything',
  });
  await kill(child);

  const outcomes = store.database.all<{ outcome: string; n: number }>(
    `SELECT outcome, count(*) AS n FROM messages WHERE sender = 'customer' GROUP BY outcome`,
  );
  expect(outcomes).toEqual([{ outcome: 'answered', n: written }]);
  const sent = outLines().map((line) => JSON.parse(line) as { chatId: string; messageId: string; text: string });
  expect(new Set(sent.map((one) => one.messageId)).size).toBe(sent.length);
  for (const chat of chats) {
    // The echo answers name their questions: every sentence went out once, in order.
    const said = sent
      .filter((one) => one.chatId === chat)
      .flatMap((one) => [...one.text.matchAll(/(pergunta \d+ com|frase da pergunta \d+)/g)].map((match) => match[0]));
    const asked = Array.from({ length: written }, (_, index) => index + 1)
      .filter((n) => chats[n % 2] === chat)
      .flatMap((n) => [`pergunta ${n} com`, `frase da pergunta ${n}`]);
    expect(said).toEqual(asked);
  }
});
