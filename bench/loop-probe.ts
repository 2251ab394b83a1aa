import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

/**
 * How long another process' event loop was held: its inspector is opened (SIGUSR1, port 9229) and a histogram of perf_hooks kept there.
 * Nothing of it is in the program.
 */
export interface LoopProbe {
  /** Forgets what was measured before. */
  reset(): Promise<void>;
  /** The longest time in which the loop did not turn since `reset`, ms. */
  longestMs(): Promise<number>;
  close(): void;
}

const resolutionMs = 4;
const openWithin = 5000;
const histogram = 'globalThis.__zapBenchLoop';

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

  const made = `process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: ${resolutionMs} })`;
  await evaluate(`${histogram} = ${made}; ${histogram}.enable(); 1`);
  return {
    reset: async () => {
      await evaluate(`${histogram}.reset(); 1`);
    },
    longestMs: async () => Math.max(0, Number(await evaluate(`${histogram}.max`)) / 1e6 - resolutionMs),
    close: () => socket.close(),
  };
};
