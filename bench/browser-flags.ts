// What each flag of the browser, and the blocking of requests, saves: `node bench/browser-flags.ts [--page=150] [--runs=3] [--only=NAME] [--no-collect]`. A page of a
// server on this machine allocates as a real inbox does (objects and strings in the renderer's heap) and shows 40 profile pictures; what
// the kernel cannot take back of the browser's whole tree (PSS of anonymous and shared memory, after a collection of garbage: the program's own
// pages are one copy for all sessions), with our flags, without each of them, and with each that we do not use. Pictures and fonts are the only requests
// of a page that a bot does not need; the pictures here are as WhatsApp's previews (96x96).

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import puppeteer, { type Page } from 'puppeteer-core';
import { testBrowser } from '../test/whatsapp-web/test-browser.ts';
import { browserArguments } from '../workers/whatsapp/browser-arguments.ts';

const { values } = parseArgs({
  options: {
    page: { type: 'string', default: '150' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    collect: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const megabytes = Number(values.page);
const runs = Number(values.runs);
const settleMs = 4000;
const longestSettleMs = 40_000;
const pictures = 40;

const picture = (seed: number): Buffer => {
  const png = new PNG({ width: 96, height: 96 });
  for (let at = 0; at < png.data.length; at += 1) png.data[at] = at % 4 === 3 ? 255 : (at * seed) % 251;
  return PNG.sync.write(png);
};
const html = `<!doctype html><html><body>${Array.from({ length: pictures }, (_, n) => `<img src="/${n}.png">`).join('')}
<script>
const chats = [];
for (let n = 0; n < ${megabytes * 1800}; n += 1)
  chats.push({ id: 'chat-' + n, text: ('message ' + n + ' ').repeat(24).split('').join(''), at: n, read: n % 2 === 0, from: { name: 'Ana ' + n, phone: '5511' + n } });
globalThis.chats = chats;
</script></body></html>`;

const server = createServer(({ url }, response) => {
  const number = /^\/(\d+)\.png$/.exec(url ?? '')?.[1];
  if (number === undefined) response.setHeader('content-type', 'text/html').end(html);
  else response.setHeader('content-type', 'image/png').end(picture(Number(number) + 3));
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port');
const origin = `http://127.0.0.1:${address.port}/`;

const childrenOf = (root: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return parent === root ? [Number(name), ...childrenOf(Number(name))] : [];
      } catch (error) {
        if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return [];
        throw error;
      }
    });

/** Bytes of a process that are in no file; 0: it is gone. */
const heldBy = (pid: number): number => {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return [...rollup.matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+) kB$/gm)].reduce(
      (sum, [, kB]) => sum + Number(kB) * 1024,
      0,
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return 0;
    throw error;
  }
};

interface Cost {
  readonly held: number;
  readonly processes: number;
}

const browser = testBrowser({ browserArgs: [] });
await browser.prepare();
const ours = browserArguments('headless-shell', { sandbox: false, extra: [] });

const cost = async (args: readonly string[], prepare: Prepare): Promise<Cost> => {
  const profile = mkdtempSync(join(tmpdir(), 'zf-flags-'));
  const running = await puppeteer.launch({
    executablePath: browser.path,
    args: [...args],
    env: { ...browser.env },
    headless: 'shell',
    userDataDir: profile,
    timeout: 60_000,
    protocolTimeout: 120_000,
  });
  try {
    const page = (await running.pages())[0] ?? (await running.newPage());
    await prepare(page);
    await page.goto(origin, { timeout: 120_000 });
    const session = await page.createCDPSession();
    const root = running.process()?.pid ?? 0;
    let last: Cost = { held: 0, processes: 0 };
    for (const end = performance.now() + longestSettleMs; performance.now() < end; ) {
      if (values.collect) await session.send('HeapProfiler.collectGarbage');
      await new Promise((done) => setTimeout(done, values.collect ? settleMs : 4 * settleMs));
      const tree = [root, ...childrenOf(root)];
      const held = tree.reduce((sum, pid) => sum + heldBy(pid), 0) / 1e6;
      const isStill = Math.abs(held - last.held) < 0.01 * held;
      last = { held, processes: tree.length };
      if (isStill) break;
    }
    return last;
  } finally {
    await running.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
};

type Prepare = (page: Page) => Promise<void>;
const nothing: Prepare = async () => undefined;
/** Every request goes through Node, as wppconnect's own interception does. */
const intercepting: Prepare = async (page) => {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const isNeeded = !['image', 'font', 'media'].includes(request.resourceType());
    void (isNeeded ? request.continue() : request.abort()).catch(() => undefined);
  });
};
/** The browser itself refuses them by their address. */
const blocked: Prepare = async (page) => {
  const session = await page.createCDPSession();
  await session.send('Network.enable');
  await session.send('Network.setBlockedURLs', { urls: ['*.png', '*.jpg', '*.woff2', '*.mp4'] });
};

const without = (...flags: readonly string[]): readonly string[] =>
  ours.filter((flag) => !flags.some((one) => flag.startsWith(one)));
const variants: readonly (readonly [name: string, args: readonly string[], prepare: Prepare])[] = [
  ['ours', ours, nothing],
  ['without --no-zygote', without('--no-zygote'), nothing],
  ['without --in-process-gpu', without('--in-process-gpu'), nothing],
  ['without the network service in the process', without('--enable-features'), nothing],
  [
    'without these three',
    without('--no-zygote', '--in-process-gpu', '--enable-features', '--disable-software-rasterizer'),
    nothing,
  ],
  ['without --renderer-process-limit', without('--renderer-process-limit'), nothing],
  ['without the caches’ limits', without('--disk-cache-size', '--media-cache-size'), nothing],
  ['+ no pictures (imagesEnabled=false)', [...ours, '--blink-settings=imagesEnabled=false'], nothing],
  ['+ pictures refused by address', ours, blocked],
  ['+ pictures refused by interception', ours, intercepting],
  ['+ --js-flags=--optimize-for-size', [...ours, '--js-flags=--optimize-for-size'], nothing],
  ['+ --js-flags=--max-semi-space-size=1', [...ours, '--js-flags=--max-semi-space-size=1'], nothing],
  ['+ --js-flags=--lite-mode', [...ours, '--js-flags=--lite-mode'], nothing],
  ['+ --disable-site-isolation-trials', [...ours, '--disable-site-isolation-trials'], nothing],
  ['+ --mute-audio', [...ours, '--mute-audio'], nothing],
  ['+ --single-process', [...ours, '--single-process'], nothing],
];

console.log(`${browser.path}; ${megabytes} MB allocated; held by the browser's tree, median of ${runs}`);
try {
  for (const [name, args, prepare] of variants.filter(([each]) => each.includes(values.only))) {
    try {
      const costs: Cost[] = [];
      for (let run = 0; run < runs; run += 1) costs.push(await cost(args, prepare));
      const { held, processes } = costs.sort((one, other) => one.held - other.held)[Math.floor(runs / 2)] ?? {
        held: Number.NaN,
        processes: 0,
      };
      console.log(`${name.padEnd(46)} ${held.toFixed(1).padStart(7)} MB in ${processes} processes`);
    } catch (error) {
      console.log(`${name.padEnd(46)} ended: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
} finally {
  server.close();
}
