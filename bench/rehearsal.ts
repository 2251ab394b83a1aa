import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import OpenAI from 'openai';
import { startRehearsing } from '../src/master/rehearsal/rehearse-process.ts';
import { writeSecrets } from '../src/settings/secrets-file.ts';
import { recordTurn } from '../test/master/rehearsal/recorded-chat.ts';
import { openWorkerHome } from '../test/workers/session/forked-worker.ts';

/**
 * What a rehearsal costs beside the AI's own time: `node bench/rehearsal.ts [turns] [ms of one answer]`. Its process asks 200 turns, two at
 * once, of a local service; beside it the same requests are made bare, with the service's library and nothing else. Fails where the
 * rehearsal's process takes 5 % of one core or more over its time.
 */

const turns = Number(process.argv[2] ?? 200);
const answerMs = Number(process.argv[3] ?? 1500);
const atOnce = 2;
const boundShare = 0.05;
const ticksPerSecond = 100;

/** CPU of a process until now, ms; what it was started with included. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
};

/** Answers every request after so long, with tokens as OpenAI counts them. */
const startService = async () => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            id: 'resp_1',
            object: 'response',
            created_at: 1,
            status: 'completed',
            model: 'gpt-5.6-luna-2026-07-09',
            output: [
              {
                id: 'msg_1',
                type: 'message',
                status: 'completed',
                role: 'assistant',
                content: [
                  { type: 'output_text', annotations: [], text: 'O bolo de nozes custa R$ 48. Abrimos às 8h.' },
                ],
              },
            ],
            usage: { input_tokens: 900, output_tokens: 20, total_tokens: 920 },
          }),
        );
      }, answerMs);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, close: () => server.close() };
};

const inLanes = async (count: number, work: (index: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};

const service = await startService();
const home = openWorkerHome();
writeSecrets(home.paths.secretsFile, { OPENAI_KEY: 'sk-bench' });
const { id, name } = home.addSession('padaria', { ai: { provider: 'openai' } });
const instructions = `Padaria do João. Bolo de nozes R$ 48. Abrimos às 8h. ${'Seja breve e gentil. '.repeat(200)}`;
home.store.sessions.addInstructions(id, instructions, 'bench', Date.now());
const session = home.store.sessions.get(name);
if (session === null) throw new Error('it was made');
const ids = Array.from({ length: turns }, (_, index) =>
  recordTurn(home.store, session, {
    phone: `55119${String(80_000_000 + (index % 20))}`,
    ask: `Oi! Pergunta ${index}: quanto custa o bolo, e que horas abrem amanhã?`,
    answer: 'O bolo custa R$ 48, e abrimos às 8h. Quer que eu anote um para você?',
    at: Date.now() - (turns - index) * 60_000,
  }),
);

const child = await startRehearsing(
  {
    kind: 'open',
    session: { id, name, label: '' },
    ai: session.config.ai,
    timing: session.config.timing,
    instructions,
    judge: null,
    rules: { forbidden: [], longest: null },
  },
  { PATH: process.env['PATH'] ?? '', FLEET_HOME: home.paths.home, OPENAI_BASE_URL: service.url },
);
const opened = cpuOf(child.pid);
const own = process.cpuUsage();
let from = performance.now();
await inLanes(turns, async (index) => {
  const turn = home.store.rehearsals.recorded(id, ids[index] ?? 0);
  if (turn === null) throw new Error('it was recorded');
  const answered = await child.ask({ kind: 'turn', row: index, turn: { ...turn, history: [...turn.history] } });
  if (answered.kind !== 'answer') throw new Error(answered.reason);
});
const wall = performance.now() - from;
const spent = cpuOf(child.pid) - opened;
const { user, system } = process.cpuUsage(own);
await child.end();

const client = new OpenAI({ apiKey: 'sk-bench', baseURL: service.url, maxRetries: 0 });
const bareOwn = process.cpuUsage();
from = performance.now();
await inLanes(turns, async (index) => {
  await client.responses.create({
    model: 'gpt-5.6-luna',
    instructions,
    input: [{ role: 'user', content: `Oi! Pergunta ${index}: quanto custa o bolo?` }],
  });
});
const bareWall = performance.now() - from;
const bare = process.cpuUsage(bareOwn);
await home.close();
service.close();

const percent = (ms: number, of: number): string => `${((ms / of) * 100).toFixed(2)} % of one core`;
console.log(`${cpus().length} cores, ${turns} turns, ${atOnce} at once, ${answerMs} ms an answer`);
console.log(
  `rehearsal: ${(wall / 1000).toFixed(1)} s; its process ${spent.toFixed(0)} ms of CPU = ${percent(spent, wall)}`,
);
console.log(
  `the master's part (with this bench's service): ${((user + system) / 1000).toFixed(0)} ms = ${percent((user + system) / 1000, wall)}`,
);
console.log(
  `bare calls (with this bench's service): ${(bareWall / 1000).toFixed(1)} s, ${((bare.user + bare.system) / 1000).toFixed(0)} ms = ${percent((bare.user + bare.system) / 1000, bareWall)}`,
);
if (spent / wall >= boundShare) {
  console.error(`bound not held: ${percent(spent, wall)}, at most ${boundShare * 100} %`);
  process.exitCode = 1;
}
