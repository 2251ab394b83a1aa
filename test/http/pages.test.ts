import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linkUrl } from '../../src/http/links.ts';
import { findBrowser } from '../../workers/whatsapp/browser.ts';
import { until } from '../support/until.ts';
import { fakeRow, qrPayload, scanRow } from './fake-fleet.ts';
import { readQr } from './read-qr.ts';
import { closeServers, type Served, serve, token } from './serve.ts';

let browser: Browser;
let profile: string;
beforeAll(async () => {
  const found = findBrowser({ unpackDirectory: join(tmpdir(), 'zf-browser'), env: { PATH: process.env['PATH'] } });
  await found.prepare();
  profile = mkdtempSync(join(tmpdir(), 'zf-pages-'));
  browser = await puppeteer.launch({
    executablePath: found.path,
    args: [...found.args],
    env: { ...found.env },
    headless: found.kind === 'chrome' ? true : 'shell',
    userDataDir: profile,
  });
}, 60_000);
afterAll(async () => {
  const child = browser?.process();
  await browser?.close();
  await until(() => child === null || child.exitCode !== null || child.signalCode !== null, {
    what: 'the browser to end',
  });
  rmSync(profile, { recursive: true, force: true });
});
afterEach(closeServers);

/** A phone's page; whatever it complains about is kept. */
const openPhone = async (): Promise<{ page: Page; complaints: string[]; asked: string[] }> => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  return { page, complaints, asked };
};
const fits = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth <= window.innerWidth') as Promise<boolean>;
const text = (page: Page): Promise<string> => page.evaluate('document.body.innerText') as Promise<string>;
const qrOn = async (page: Page): Promise<string | null> => {
  const image = await page.$('img.qr');
  if (image === null) return null;
  return readQr(Buffer.from(await image.screenshot()));
};
const logIn = async (page: Page, { url }: Served): Promise<void> => {
  await page.goto(url);
  await page.type('input[name=token]', token);
  await Promise.all([page.waitForNavigation(), page.click('button')]);
};

describe('the status page on a phone, in a real Chromium', () => {
  it('logs in, shows who needs a person and a QR that reads, and follows changes', async () => {
    const served = await serve();
    const { fleet } = served;
    const { page, complaints } = await openPhone();
    await logIn(page, served);
    expect(await text(page)).toMatch(/1 needs you/);
    expect(await text(page)).toContain('SCAN QR');
    expect(await fits(page)).toBe(true);
    await until(async () => (await qrOn(page)) === qrPayload, { what: 'the QR' });

    fleet.set(fakeRow('padaria-joao', { verdict: 'not_replying', reason: 'OpenAI 429: quota spent <b>' }));
    await until(async () => (await text(page)).includes('quota spent <b>'), { what: 'the change' });
    const next = `${qrPayload.slice(0, -1)}2`;
    fleet.set(
      scanRow('studio-bela', { qr: { payload: next, attempt: 2, maxAttempts: 12, expiresAt: Date.now() + 9000 } }),
    );
    await until(async () => (await qrOn(page)) === next, { what: 'the next QR' });

    fleet.on('link', () => ({ url: 'http://x/link/abc', code: 'abc', expiresAt: 5 }));
    await page.click('[data-link=studio-bela]');
    await until(async () => (await text(page)).includes('http://x/link/abc'), { what: 'the link' });
    expect(fleet.calls.at(-1)).toEqual({ method: 'link', params: { name: 'studio-bela', actor: 'web' } });
    expect(complaints).toEqual([]);
    await page.browserContext().close();
  });
});

describe('an update of the status page', () => {
  /** Marks an element as no server could, so that a new one in its place is seen. */
  const mark = (page: Page, selector: string): Promise<unknown> =>
    page.$eval(selector, (element) => {
      (element as unknown as { mark: string }).mark = 'the same';
    });
  const marked = (page: Page, selector: string): Promise<boolean> =>
    page.$eval(selector, (element) => (element as unknown as { mark?: string }).mark === 'the same');

  const add = ({ fleet }: Served, ...names: string[]): void =>
    fleet.update({ sessions: [...names.map((name) => scanRow(name)), ...fleet.getSnapshot().sessions] });

  it('leaves the button that is being pressed, so that a press over it is a click', async () => {
    const served = await serve();
    const { fleet } = served;
    fleet.on('link', () => ({ url: 'http://x/link/abc', code: 'abc', expiresAt: 5 }));
    const { page, complaints } = await openPhone();
    await logIn(page, served);
    const button = '[data-link=studio-bela]';
    await page.hover(button);
    await page.mouse.down();

    add(served, 'acougue-lima');
    await until(async () => (await page.$('[data-link=acougue-lima]')) !== null, { what: 'a card more' });
    fleet.set(fakeRow('padaria-joao', { verdict: 'not_replying', reason: 'OpenAI 429' }));
    await until(async () => (await text(page)).includes('OpenAI 429'), { what: 'the change' });
    await page.hover(button);
    await page.mouse.up();

    await until(async () => (await text(page)).includes('http://x/link/abc'), { what: 'the link' });
    expect(fleet.calls.at(-1)).toEqual({ method: 'link', params: { name: 'studio-bela', actor: 'web' } });
    expect(complaints).toEqual([]);
    await page.browserContext().close();
  });

  it('keeps each session’s own row, card and QR when others come and go before it', async () => {
    const served = await serve();
    const { fleet } = served;
    const { page } = await openPhone();
    await logIn(page, served);
    const own = ['tr[data-key=studio-bela]', 'article[data-key=studio-bela]', '[src*="/studio-bela/qr"]'];
    for (const selector of own) await mark(page, selector);

    add(served, 'acougue-lima');
    await until(async () => (await page.$('tr[data-key=acougue-lima]')) !== null, { what: 'one more' });
    fleet.update({ sessions: fleet.getSnapshot().sessions.filter(({ name }) => name !== 'acougue-lima') });
    await until(async () => (await page.$('tr[data-key=acougue-lima]')) === null, { what: 'it to be gone' });
    fleet.update({
      banners: [{ id: 'x', level: 'warn', code: 'x', text: 'a banner of the day', since: 5, values: {} }],
    });
    await until(async () => (await text(page)).includes('a banner of the day'), { what: 'the banner' });

    for (const selector of own) expect(await marked(page, selector), selector).toBe(true);
    await page.browserContext().close();
  });

  it('shows the last state of every row, whatever changed in between', async () => {
    const served = await serve();
    const { fleet } = served;
    const { page } = await openPhone();
    await logIn(page, served);
    add(served, 'a-um', 'b-dois', 'c-tres');
    fleet.set(fakeRow('studio-bela', { verdict: 'connected', reason: null }));
    fleet.set(fakeRow('b-dois', { verdict: 'connected', reason: null }));
    fleet.update({ banners: [] });

    const parts = (): Promise<string[][]> =>
      page.$$eval('main tr[data-key], main article', (elements) =>
        elements.map((element) => [element.tagName, element.getAttribute('data-key') ?? '']),
      );
    await until(async () => (await parts()).filter(([tag]) => tag === 'ARTICLE').length === 2, { what: 'two cards' });
    const live = await parts();
    await page.reload();
    expect(live).toEqual(await parts());
    expect(live.filter(([tag]) => tag === 'ARTICLE').map(([, name]) => name)).toEqual(['a-um', 'c-tres']);
    await page.browserContext().close();
  });
});

describe('a link that no client could open', () => {
  it('is made only after a person said so', async () => {
    const served = await serve();
    const { fleet } = served;
    const info = fleet.getSnapshot().fleet;
    fleet.update({ fleet: { ...info, apiUrl: served.url } });
    fleet.on('link', () => ({ url: 'http://x/link/abc', code: 'abc', expiresAt: 5 }));
    const { page } = await openPhone();
    const questions: string[] = [];
    page.on('dialog', (dialog) => {
      questions.push(dialog.message());
      void (questions.length === 1 ? dialog.dismiss() : dialog.accept());
    });
    await logIn(page, served);
    await page.click('[data-link=studio-bela]');
    expect(questions[0]).toMatch(/PUBLIC_URL .*Make the link all the same\?|PUBLIC_URL .*Fazer o link mesmo assim\?/);
    await page.click('[data-link=studio-bela]');
    await until(async () => (await text(page)).includes('http://x/link/abc'), { what: 'the link' });
    expect(fleet.calls.filter(({ method }) => method === 'link')).toHaveLength(1);
    await page.browserContext().close();
  });
});

describe('the client’s link on a phone, in a real Chromium', () => {
  it('goes from QR to a pairing code to connected, and asks for nothing else', async () => {
    const { fleet, links, url } = await serve();
    const link = linkUrl(url, links.create('id-studio-bela').code);
    const { page, complaints, asked } = await openPhone();
    await page.setExtraHTTPHeaders({ 'accept-language': 'pt-BR' });
    await page.goto(link);
    await until(async () => (await qrOn(page)) === qrPayload, { what: 'the QR' });
    expect(await fits(page)).toBe(true);
    expect(await text(page)).toContain('Abra o WhatsApp');

    const next = `${qrPayload.slice(0, -1)}2`;
    fleet.set(
      scanRow('studio-bela', { qr: { payload: next, attempt: 2, maxAttempts: 12, expiresAt: Date.now() + 9000 } }),
    );
    await until(async () => (await qrOn(page)) === next, { what: 'the next QR' });

    fleet.on('pair', () => {
      const pairing = { code: 'ABCD1234', attempt: 1, maxAttempts: 5, expiresAt: Date.now() + 9000 };
      fleet.set(scanRow('studio-bela', { state: 'code', verdict: 'enter_code', qr: null, pairing }));
      return { pairing };
    });
    await page.click('summary');
    await page.type('input[name=phone]', '11 98765-4321');
    await page.click('#ask-code button');
    await until(async () => (await text(page)).includes('ABCD1234'), { what: 'the pairing code' });
    expect(fleet.calls[0]?.params['phone']).toBe('5511987654321');
    expect(await fits(page)).toBe(true);

    fleet.set(fakeRow('studio-bela'));
    await until(async () => (await text(page)).includes('Conectado.'), { what: 'connected' });
    const code = link.split('/').at(-1) ?? '';
    for (const path of asked) expect(path.startsWith(`/link/${code}`) || path.startsWith('/assets/')).toBe(true);
    expect(complaints).toEqual([]);
    await page.browserContext().close();
  });

  it('says calmly that it has ended', async () => {
    const { links, url } = await serve();
    const { page } = await openPhone();
    await page.goto(linkUrl(url, links.create('id-studio-bela').code));
    links.revoke('id-studio-bela');
    await until(async () => /This link has ended|Este link não vale mais/.test(await text(page)), { what: 'the end' });
    expect(await page.evaluate('document.querySelector("section[data-step=qr]").hidden')).toBe(true);
    await page.browserContext().close();
  });
});
