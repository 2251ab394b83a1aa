import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readPinnedPage } from '../../../../workers/whatsapp/wppconnect/pinned-page.ts';
import { testBrowser } from '../../../whatsapp-web/test-browser.ts';
import { startWhatsAppWeb, type WhatsAppWeb } from '../../../whatsapp-web/whatsapp-web.ts';
import { makeProfile, realClient } from './real-client.ts';

/** Where wa-version publishes its pages, on loopback. */
let server: Server;
let baseUrl = '';
let asked: string[] = [];
let directory = '';
const versions = ['2.3000.1-alpha', '2.3000.2-alpha', '2.3001.9-alpha'];
const page = (name: string): string => `<!DOCTYPE html><html><title>${name}</title></html>`;
const files = new Map<string, string>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const text = files.get(path);
    response.writeHead(text === undefined ? 404 : 200).end(text ?? 'no such page');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
});
beforeEach(() => {
  asked = [];
  files.clear();
  files.set('/versions.json', JSON.stringify({ versions: versions.map((version) => ({ version })) }));
  for (const version of versions) files.set(`/html/${version}.html`, page(version));
  directory = mkdtempSync(join(tmpdir(), 'zf-pages-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const read = (wanted: string): Promise<string> =>
  readPinnedPage(wanted, { baseUrl, directory: join(directory, 'pages') });

describe('a page that is saved elsewhere', () => {
  it('is fetched once and kept', async () => {
    expect(await read('2.3000.1-alpha')).toBe(page('2.3000.1-alpha'));
    asked = [];
    expect(await read('2.3000.1-alpha')).toBe(page('2.3000.1-alpha'));
    expect(asked).toEqual([]);
    expect(readdirSync(join(directory, 'pages'))).toEqual(['2.3000.1-alpha.html']);
  });

  it.each([
    ['2.3000.2', '2.3000.2-alpha'],
    ['2.3000.x', '2.3000.2-alpha'],
    ['2.x', '2.3001.9-alpha'],
  ])('%s is %s', async (wanted, meant) => {
    expect(await read(wanted)).toBe(page(meant));
  });

  it.each([
    ['does not exist', '2.9.9', /^WHATSAPP_VERSION=2\.9\.9: there is no such page at http:/],
    ['begins as one that does', '2.3000', /there is no such page/],
    ['has no version of its own', '7.x', /there is no such page/],
  ])('that %s is refused in words', async (_what, wanted, words) => {
    await expect(read(wanted)).rejects.toThrow(words);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused when what comes is no page, is too large, or no list', async () => {
    files.set('/html/2.3000.1-alpha.html', 'please log in');
    await expect(read('2.3000.1-alpha')).rejects.toThrow(/there is no such page/);
    files.set('/html/2.3000.1-alpha.html', `<html>${'x'.repeat(8_000_001)}`);
    await expect(read('2.3000.1-alpha')).rejects.toThrow(/cannot be fetched: .* gives more than 8 MB/);
    files.set('/versions.json', '<html>');
    await expect(read('2.3000.1-alpha')).rejects.toThrow(/is no list of versions/);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused when nobody answers there', async () => {
    await expect(readPinnedPage('2.3000.1-alpha', { baseUrl: 'http://127.0.0.1:9', directory })).rejects.toThrow(
      /^WHATSAPP_VERSION=2\.3000\.1-alpha: the page cannot be fetched: /,
    );
  });
});

describe('a page of this machine', () => {
  it('is read from its path', async () => {
    const path = join(directory, 'mine.html');
    writeFileSync(path, page('mine'));
    expect(await read(path)).toBe(page('mine'));
    expect(asked).toEqual([]);
  });

  it('is refused in words when it is not there or no page', async () => {
    const path = join(directory, 'mine.html');
    await expect(read(path)).rejects.toThrow(/mine\.html: that file cannot be read: ENOENT/);
    writeFileSync(path, 'text');
    await expect(read(path)).rejects.toThrow(/that file is no page/);
    await expect(read(directory)).rejects.toThrow(/that file cannot be read: EISDIR/);
  });
});

describe('with the real library and a real browser', () => {
  let web: WhatsAppWeb;
  let profile: Awaited<ReturnType<typeof makeProfile>>;
  beforeAll(async () => {
    web = await startWhatsAppWeb({ syncMs: 50 });
    profile = await makeProfile();
  });
  afterAll(async () => {
    await web.close();
    await profile.remove();
  });

  /** The page that the stand-in serves, with a picture of ours in it: whoever shows it asks for that. */
  const pinned = (): string =>
    readFileSync(new URL('../../../whatsapp-web/page/index.html', import.meta.url), 'utf8').replace(
      '<body>',
      `<body><img src="${baseUrl}/pinned.png">`,
    );

  it('the pinned page is what the browser shows; one that does not exist is said and keeps nobody waiting', async () => {
    files.set('/html/2.3000.1-alpha.html', pinned());
    expect(files.get('/html/2.3000.1-alpha.html')).toContain('pinned.png');
    const savedPages = { baseUrl, directory: join(directory, 'pages') };
    // A page that no server gave counts as one of the internet, and the stand-in it talks to is this machine: Chromium would ask a person.
    const local = '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets';
    const browser = testBrowser({ browserArgs: [...web.browserArgs, local] });
    const first = realClient(web, profile.directory, { whatsappVersion: '2.3000.1-alpha', savedPages, browser });
    await first.client.open();
    expect(await first.qr()).toContain(',');
    await first.client.close(2000);
    expect(asked).toContain('/pinned.png');

    asked = [];
    const second = realClient(web, profile.directory, { whatsappVersion: '2.9.9', savedPages });
    await second.client.open();
    expect(await second.qr()).toContain(',');
    await second.client.close(2000);
    expect(asked).not.toContain('/pinned.png');
    expect(second.lines.join('\n')).toMatch(/WHATSAPP_VERSION=2\.9\.9: there is no such page .* as WhatsApp serves it/);
  }, 120_000);
});
