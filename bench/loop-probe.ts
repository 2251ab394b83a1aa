import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

/**
 * How long another process' event loop was held: its inspector is opened (SIGUSR1, port 9229) and a timer kept there.
 * Nothing of it is in the program.
 */
export interface LoopProbe {
  /** Forgets what was measured before. */
  reset(): Promise<void>;
  /**
   * The longest time in which the loop did not turn since `reset`, ms, and how much of the longest the thread spent on a CPU: the rest it
   * waited, for the disk or for a CPU that others had.
   */
  longest(): Promise<{ readonly wallMs: number; readonly cpuMs: number }>;
  close(): void;
}

const tickMs = 4;
const openWithin = 5000;
const state = 'globalThis.__zapBenchLoop';
/** Runs in the other process. */
const watch = `
${state} = { wall: 0, cpu: 0 };
(() => {
  const cpuNow = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000; };
  let at = performance.now();
  let cpu = cpuNow();
  setInterval(() => {
    const now = performance.now();
    const used = cpuNow();
    ${state}.wall = Math.max(${state}.wall, now - at);
    ${state}.cpu = Math.max(${state}.cpu, used - cpu);
    at = now;
    cpu = used;
  }, ${tickMs}).unref();
})(); 1`;

const inspectorOf = async (pid: number): Promise<string> => {
  process.kill(pid, 'SIGUSR1');
  for (let waited = 0; waited < openWithin; waited += 50) {
    await delay(50);
    try {
      const answer = await fetch('http://127.0.0.1:9229/json/list');
      const [target] = (await answer.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
      if (target !== undefined) return target.webSocketDebuggerUrl;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  throw new Error(`the inspector of ${pid} does not open on port 9229; does another process have it?`);
};

export const probeLoop = async (pid: number): Promise<LoopProbe> => {
  const socket = new WebSocket(await inspectorOf(pid));
  await new Promise((done, fail) => {
    socket.once('open', done);
    socket.once('error', fail);
  });
  let lastId = 0;
  const evaluate = (expression: string): Promise<unknown> =>
    new Promise((done) => {
      lastId += 1;
      const id = lastId;
      const hear = (data: Buffer): void => {
        const message = JSON.parse(data.toString()) as { id?: number; result?: { result?: { value?: unknown } } };
        if (message.id !== id) return;
        socket.off('message', hear);
        done(message.result?.result?.value);
      };
      socket.on('message', hear);
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }));
    });

  const answering = Number(await evaluate('process.pid'));
  if (answering !== pid)
    throw new Error(`port 9229 is the inspector of ${answering}, which an earlier run left behind: end it first`);

  await evaluate(watch);
  return {
    reset: async () => {
      await evaluate(`${state}.wall = 0; ${state}.cpu = 0; 1`);
    },
    longest: async () => ({
      wallMs: Math.max(0, Number(await evaluate(`${state}.wall`)) - tickMs),
      cpuMs: Number(await evaluate(`${state}.cpu`)),
    }),
    close: () => socket.close(),
  };
};
