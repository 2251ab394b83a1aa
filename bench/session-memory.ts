import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readPss } from '../src/resources/pss-reader.ts';
import { builtFleet } from '../test/support/built-fleet.ts';
import { until } from '../test/support/until.ts';
import { testBrowser } from '../test/whatsapp-web/test-browser.ts';
import { startWhatsAppWeb } from '../test/whatsapp-web/whatsapp-web.ts';

/**
 * What real sessions cost against the stand-in of web.whatsapp.com: the Node worker, the browser, and what all share (PM2's daemon and the
 * master), as PSS, beside stock wppconnect (`create()` with its own settings, one process a session) in the same run:
 * `node bench/session-memory.ts [--counts 1,2,3,5,10] [--page MB] [--messages N] [--no-stock]`, after `npm run build`.
 * `--page`: each page allocates as much more, as a real inbox does. `--messages`: the first session answers so many at the end.
 */

const { values } = parseArgs({
  options: {
    counts: { type: 'string', default: '1,2,3,5,10' },
    page: { type: 'string', default: '0' },
    messages: { type: 'string', default: '0' },
    stock: { type: 'boolean', default: true },
    args: { type: 'string', default: '[]' },
  },
  allowNegative: true,
});
const counts = values.counts.split(',').map(Number);
const pageMegabytes = Number(values.page);
const messages = Number(values.messages);
const extraArgs = JSON.parse(values.args) as string[];
const settleWithinMs = 90_000;

interface Cost {
  readonly worker: number;
  readonly browser: number;
  readonly shared: number;
}

/** Every process and its parent. */
const parents = (): Map<number, number> => {
  const found = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      found.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!['ENOENT', 'ESRCH'].includes(code)) throw error;
    }
  }
  return found;
};

const descendants = (root: number, all: Map<number, number>): number[] =>
  [...all].filter(([, parent]) => parent === root).flatMap(([pid]) => [pid, ...descendants(pid, all)]);

const megabytes = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + (readPss(pid) ?? 0), 0) / 1e6;

const costOf = (workers: readonly number[], shared: readonly number[]): Cost => {
  const all = parents();
  return {
    worker: megabytes(workers),
    browser: megabytes(workers.flatMap((pid) => descendants(pid, all))),
    shared: megabytes(shared),
  };
};

/** The cost once it has stopped falling: garbage of the start is collected within some seconds of idling. */
const settledCost = async (workers: readonly number[], shared: () => readonly number[]): Promise<Cost> => {
  const from = performance.now();
  let last = costOf(workers, shared());
  for (let still = 0; still < 3 && performance.now() - from < settleWithinMs; ) {
    await sleep(5000);
    const now = costOf(workers, shared());
    const moved = Math.abs(now.worker + now.browser - last.worker - last.browser);
    still = moved < 0.01 * (now.worker + now.browser) ? still + 1 : 0;
    last = now;
  }
  return last;
};

const phoneOf = (index: number): string => `55119${80_000_000 + index}`;
const table: string[] = [];
const line = (label: string, count: number, cost: Cost, one: Cost | null): void => {
  const each = (part: keyof Cost): string =>
    one === null || count === 1 ? '' : ((cost[part] - one[part]) / (count - 1)).toFixed(1);
  table.push(
    [
      label,
      count,
      cost.worker.toFixed(0),
      cost.browser.toFixed(0),
      cost.shared.toFixed(0),
      each('worker'),
      each('browser'),
    ]
      .map((cell, at) => (at === 0 ? String(cell).padEnd(16) : String(cell).padStart(9)))
      .join(''),
  );
  console.log(table.at(-1));
};

type Web = Awaited<ReturnType<typeof startWhatsAppWeb>>;

const fill = async (web: Web, index: number): Promise<void> => {
  if (pageMegabytes > 0) await web.allocate({ phone: phoneOf(index), megabytes: pageMegabytes });
};

const quick = {
  quietMs: '10 ms',
  maxWaitMs: '1 s',
  readingDelayMs: '0 ms',
  typing: 'false',
  pauseBetweenPartsMs: '0 ms',
  jitter: '0',
};
const uncapped = { maxPerChatHour: 0, maxPerChatDay: 0 };

/** Ours: the built program, as it is started by a person. */
const measureOurs = async (web: Web): Promise<void> => {
  const browser = testBrowser(web);
  await browser.prepare();
  const fleet = builtFleet({
    ...browser.env,
    BROWSER_PATH: browser.path,
    BROWSER_ARGS: JSON.stringify([...web.browserArgs, ...extraArgs]),
    FLEET_LANG: 'en',
  });
  const must = async (...args: string[]): Promise<string> => {
    const ran = await fleet.run(...args);
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  };
  const pids = new Map<string, number>();
  const shared = (): number[] => {
    const all = parents();
    const daemon = all.get([...pids.values()][0] ?? 0) ?? 0;
    return [
      daemon,
      ...[...all].filter(([pid, parent]) => parent === daemon && ![...pids.values()].includes(pid)).map(([pid]) => pid),
    ];
  };
  try {
    let one: Cost | null = null;
    for (const count of counts) {
      for (let index = pids.size + 1; index <= count; index += 1) {
        const name = `loja-${index}`;
        await must('create', name, '--ai', 'echo');
        for (const [key, value] of Object.entries({ ...quick, ...uncapped }))
          await must('config', name, 'set', `timing_config.${key}`, String(value));
        await must('config', name, 'set', 'filters.botLoopTurns', '100');
        await must('start', name, '--no-wait');
        await must('resume', name);
        await until(
          async () => {
            const { payload } = JSON.parse((await fleet.run('qr', name, '--json')).stdout || '{}') as {
              payload?: string;
            };
            if (typeof payload === 'string') await web.scan({ code: payload, phone: phoneOf(index), name });
            return (await fleet.row(name)).state === 'connected';
          },
          { within: 120_000, every: 500, what: `${name} to be linked` },
        );
        await fill(web, index);
        pids.set(name, (await fleet.row(name)).pid ?? 0);
      }
      const cost = await settledCost([...pids.values()], shared);
      one ??= cost;
      line('zap-fleet', count, cost, one);
    }
    if (messages > 0) await converse(web, [...pids.values()]);
  } finally {
    await fleet.end();
  }
};

/** The first session answers `messages`, twenty chats at a time. */
const converse = async (web: Web, workers: readonly number[]): Promise<void> => {
  const phone = phoneOf(1);
  const atOnce = 20;
  const from = performance.now();
  for (let done = 0; done < messages; done += atOnce) {
    const group = Math.floor(done / (atOnce * 20)) * atOnce;
    for (let index = 0; index < atOnce; index += 1)
      await web.deliver({
        phone,
        from: `5521${900_000_000 + group + index}`,
        text: `mensagem ${done + index}`,
        name: 'Ana',
      });
    await until(async () => (await web.sent({ phone })).length >= done + atOnce, {
      within: 120_000,
      every: 20,
      what: `${done + atOnce} answers`,
    });
  }
  const perMinute = messages / ((performance.now() - from) / 60_000);
  const [first = 0] = workers;
  const busy = costOf([first], []);
  const idle = await settledCost([first], () => []);
  console.log(
    `after ${messages} messages (${perMinute.toFixed(0)} a minute through one page): worker ${busy.worker.toFixed(0)} MB at once, ${idle.worker.toFixed(0)} MB idle; browser ${idle.browser.toFixed(0)} MB`,
  );
};

/** Stock wppconnect: one plain Node process a session. */
const measureStock = async (web: Web): Promise<void> => {
  const browser = testBrowser(web);
  const folder = mkdtempSync(join(tmpdir(), 'zf-stock-'));
  const children: ChildProcess[] = [];
  try {
    let one: Cost | null = null;
    for (const count of counts) {
      for (let index = children.length + 1; index <= count; index += 1) {
        const child = fork(resolve(import.meta.dirname, 'session-memory/stock-session.mjs'), [], {
          cwd: folder,
          env: {
            ...browser.env,
            SESSION: `loja-${index}`,
            EXECUTABLE: browser.path,
            ARGS: JSON.stringify(web.browserArgs),
          },
          execArgv: [],
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        });
        children.push(child);
        let isConnected = false;
        child.on('message', (said: { qr?: string; connected?: boolean }) => {
          if (said.qr !== undefined)
            void web
              .scan({ code: said.qr, phone: `55118${80_000_000 + index}`, name: 'x' })
              .catch((error: unknown) => console.error(error));
          if (said.connected === true) isConnected = true;
        });
        await until(() => isConnected, { within: 120_000, what: `stock session ${index} to be connected` });
        if (pageMegabytes > 0) await web.allocate({ phone: `55118${80_000_000 + index}`, megabytes: pageMegabytes });
      }
      const cost = await settledCost(
        children.map(({ pid }) => pid ?? 0),
        () => [],
      );
      one ??= cost;
      line('stock wppconnect', count, cost, one);
    }
  } finally {
    const ended = children.map((child) => new Promise((done) => child.once('exit', done)));
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};

console.log(`Node ${process.version}, ${cpus().length} cores; PSS in MB; each page allocates ${pageMegabytes} MB more`);
console.log('                  sessions   worker  browser   shared  each further: worker, browser');
const web = await startWhatsAppWeb({ syncMs: 100, qr: { firstMs: 60_000, nextMs: 20_000, count: 10 } });
try {
  await measureOurs(web);
  if (values.stock) await measureStock(web);
} finally {
  await web.close();
}
