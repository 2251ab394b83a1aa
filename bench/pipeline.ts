import { cpus } from 'node:os';
import type { StoredSession } from '../src/store/session-store.ts';
import { until } from '../test/support/until.ts';
import { type ForkedWorker, openWorkerHome, type WorkerHome } from '../test/workers/session/forked-worker.ts';
import type { PhoneControl } from '../workers/whatsapp/simulated/control.ts';
import { openPhoneRecord } from '../workers/whatsapp/simulated/phone-record.ts';

/**
 * Messages a minute through real worker processes with simulated phones and the echo AI, and the memory of one worker:
 * `node bench/pipeline.ts [sessions] [messages a session] [messages of the memory run]`. Fails below 3,000 messages a minute, when a
 * message is lost or answered twice, or when the worker's memory grows by more than a tenth between 2,000 messages and the end.
 */

const sessions = Number(process.argv[2] ?? 50);
const perSession = Number(process.argv[3] ?? 120);
const memoryMessages = Number(process.argv[4] ?? 10_000);
const boundPerMinute = 3000;
const allowedGrowth = 0.1;
const chatsAtOnce = 20;
/** The garbage is collected every second, so that what is read is held and not merely not yet collected. */
const collecting = { NODE_OPTIONS: '--expose-gc --import=data:text/javascript,setInterval(()=>gc(),1000).unref()' };
const heartbeatsPerReading = 2;

/** No theatre and no caps: what is measured is the pipeline. */
const timing = { quietMs: 10, maxWaitMs: 1000 };
const filters = { botLoopTurns: 100 };

interface Running {
  readonly session: StoredSession;
  readonly worker: ForkedWorker;
  readonly phone: PhoneControl;
}

const start = async (home: WorkerHome, name: string, env: Record<string, string> = {}): Promise<Running> => {
  const session = home.addSession(name, { phone: { scenario: 'manual', script: { linked: true } }, timing, filters });
  const worker = home.start(session, { env });
  await worker.state('connected', 60_000);
  return { session, worker, phone: await home.phone(session) };
};
const stop = async ({ worker, phone }: Running): Promise<void> => {
  phone.close();
  worker.child.kill('SIGTERM');
  const { code } = await worker.exited(20_000);
  if (code !== 0) throw new Error(`a worker ended with ${code}: ${worker.stderr()}`);
};

const answered = (home: WorkerHome, sessionId: string): number =>
  home.store.database.get<{ n: number }>(
    "SELECT count(*) AS n FROM messages WHERE session_id = ? AND outcome = 'answered'",
    sessionId,
  )?.n ?? 0;

/** Sends `count` messages in rounds of one message a chat, each round after the answers of the one before; other chats every so often. */
const converse = async (
  home: WorkerHome,
  { session, phone }: Running,
  count: number,
  onRound: (done: number) => Promise<void> = async () => undefined,
): Promise<void> => {
  for (let done = 0; done < count; ) {
    const size = Math.min(chatsAtOnce, count - done);
    const group = Math.floor(done / (chatsAtOnce * 20));
    const messages = Array.from({ length: size }, (_, index) => ({
      chatId: `5511${String(900_000_000 + group * chatsAtOnce + index)}@c.us`,
      text: `mensagem ${done + index} de ${session.name}`,
    }));
    await phone.ask({ do: 'deliver', messages });
    done += size;
    const goal = done;
    await until(() => answered(home, session.id) >= goal, {
      within: 60_000,
      every: 10,
      what: `${goal} answers of ${session.name}`,
    });
    await onRound(done);
  }
};

/** The phone's own record: every message said back exactly once. */
const checkPromise = (home: WorkerHome, session: StoredSession, count: number): void => {
  const record = openPhoneRecord(home.profile(session));
  const texts = record.sent().map(({ text }) => text);
  record.close();
  if (texts.length !== count || new Set(texts).size !== count)
    throw new Error(
      `${session.name}: ${count} messages, ${texts.length} answers, ${new Set(texts).size} different ones`,
    );
};

const throughput = async (): Promise<boolean> => {
  const home = openWorkerHome();
  try {
    const running: Running[] = [];
    for (let index = 0; index < sessions; index += 5) {
      const names = Array.from({ length: Math.min(5, sessions - index) }, (_, offset) => `bench-${index + offset}`);
      running.push(...(await Promise.all(names.map((name) => start(home, name)))));
    }
    const from = performance.now();
    await Promise.all(running.map((one) => converse(home, one, perSession)));
    const seconds = (performance.now() - from) / 1000;
    const total = sessions * perSession;
    const perMinute = Math.round((total / seconds) * 60);
    await Promise.all(running.map(stop));
    for (const { session } of running) checkPromise(home, session, perSession);
    console.log(
      `${sessions} sessions, ${total} messages in ${seconds.toFixed(1)} s: ${perMinute} a minute (at least ${boundPerMinute}), none lost, none doubled; ${cpus().length} cores`,
    );
    return perMinute >= boundPerMinute;
  } finally {
    await home.close();
  }
};

/** The least resident memory over the next heartbeats, MB. */
const memoryOf = async (worker: ForkedWorker): Promise<number> => {
  const from = worker.messages.length;
  const beats = await until(
    () => {
      const found = worker.messages
        .slice(from)
        .flatMap((message) => (message.type === 'zap:heartbeat' ? [message.data.rssBytes] : []));
      return found.length >= heartbeatsPerReading ? found : undefined;
    },
    { within: 60_000, every: 200, what: 'heartbeats' },
  );
  return Math.min(...beats) / 1024 / 1024;
};

const memory = async (): Promise<boolean> => {
  const home = openWorkerHome();
  try {
    const running = await start(home, 'bench-memory', collecting);
    const readings: { done: number; megabytes: number }[] = [];
    const step = Math.max(chatsAtOnce, Math.floor(memoryMessages / 5));
    await converse(home, running, memoryMessages, async (done) => {
      if (done % step === 0 || done === memoryMessages)
        readings.push({ done, megabytes: await memoryOf(running.worker) });
    });
    await stop(running);
    checkPromise(home, running.session, memoryMessages);
    const first = readings[0]?.megabytes ?? 0;
    const last = readings.at(-1)?.megabytes ?? 0;
    const line = readings.map(({ done, megabytes }) => `${done}: ${megabytes.toFixed(1)} MB`).join('  ');
    console.log(
      `memory of one worker  ${line}  (${(((last - first) / first) * 100).toFixed(1)} %, at most ${allowedGrowth * 100} %)`,
    );
    return last <= first * (1 + allowedGrowth);
  } finally {
    await home.close();
  }
};

const fast = await throughput();
const flat = memoryMessages === 0 || (await memory());
process.exitCode = fast && flat ? 0 : 1;
