import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signedHeaders } from '../../../src/tools/sign-call.ts';
import type { AskedTurn } from '../../../workers/ai/ai-provider.ts';
import { brainAddressProblem } from '../../../workers/ai/webhook-address.ts';
import { type BrainLater, createWebhookProvider } from '../../../workers/ai/webhook-provider.ts';
import { personTool } from '../../../workers/conversation/turn/person-tool.ts';
import { aRequest, never } from './conversation-request.ts';

const secret = 'a-secret-of-some-length';
const about: AskedTurn = {
  key: '0123456789abcdef0123456789abcdef',
  turnId: 7,
  session: 'padaria',
  customer: { chatId: '5521912345678@c.us', phone: '5521912345678', name: 'Ana' },
  isTest: false,
};

interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
const asked: Asked[] = [];
let answer: (response: ServerResponse, body: string) => void;
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts).toString();
    asked.push({ headers: request.headers, body });
    answer(response, body);
  });
});
let address: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/bot`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked.length = 0;
});

const json = (value: unknown, status = 200) => {
  answer = (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};
const raw = (status: number, headers: Record<string, string>, body = '') => {
  answer = (response) => response.writeHead(status, headers).end(body);
};
const later = () => {
  const waits = new Map<string, string | null>();
  const of: BrainLater = {
    publicUrl: 'https://bots.example.com/',
    ask: ({ key }) => void waits.set(key, waits.get(key) ?? null),
    read: (key) => waits.get(key) ?? null,
    close: (key) => waits.get(key) ?? null,
  };
  return { waits, of };
};
const ask = (given: Partial<Parameters<typeof createWebhookProvider>[0]> = {}, request = {}) =>
  createWebhookProvider({ address, secret, later: later().of, ...given }).answer(
    aRequest({ text: 'Vocês abrem hoje?', about, tools: [personTool], ...request }),
    never(),
  );

describe('a brain of the own', () => {
  it('is asked with all that a model is asked with, signed, and told where a later answer goes', async () => {
    json({ text: 'Até as 18h.' });
    expect(await ask()).toMatchObject({ kind: 'answer', text: 'Até as 18h.', acted: [] });

    const [{ headers, body } = { headers: {}, body: '' }] = asked;
    expect(JSON.parse(body)).toMatchObject({
      version: 1,
      turn: about.key,
      test: false,
      session: 'padaria',
      customer: about.customer,
      text: 'Vocês abrem hoje?',
      mayHandOver: true,
      answer: { url: `https://bots.example.com/api/sessions/padaria/turns/${about.key}/answer` },
    });
    const at = Number(headers['webhook-timestamp']) * 1000;
    expect(headers).toMatchObject(signedHeaders(secret, { key: about.key, at, body }));
    expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
  });

  it('answers with a text, a person, or nothing; what it did itself it says', async () => {
    json([{ text: 'Agendei!', did: ['agenda'] }]);
    expect(await ask()).toMatchObject({ kind: 'answer', acted: ['agenda'] });
    json({ handOver: { reason: 'quer cancelar', summary: 'Ana' } });
    expect(await ask()).toMatchObject({ kind: 'tool', name: personTool.name, arguments: { reason: 'quer cancelar' } });
    expect(await ask({}, { tools: [] })).toMatchObject({ kind: 'no-answer', code: 'person' });
    json({ none: 'so um emoji' });
    expect(await ask()).toMatchObject({ kind: 'no-answer', code: 'declined', reason: 'so um emoji' });
    raw(200, {});
    expect(await ask()).toMatchObject({ kind: 'no-answer', code: 'empty' });
  });

  it('is tried again for what passes, and not for what a person must mend; nothing of the secret is told', async () => {
    const results: unknown[] = [];
    const cases: [number, Record<string, string>, string][] = [
      [500, {}, `boom ${secret}`],
      [429, {}, ''],
      [200, { 'content-type': 'text/html' }, '<html>login</html>'],
      [200, {}, 'Olá'],
      [200, {}, '{"output":"Olá"}'],
      [200, {}, '{"text":"Olá","none":"nothing"}'],
      [200, {}, '{"text":17}'],
      [404, {}, '{"message":"The requested webhook is not registered"}'],
      [302, { location: 'http://10.0.0.1/secret' }, ''],
      [422, {}, 'too long'],
    ];
    for (const each of cases) {
      raw(...each);
      const result = await ask();
      results.push(result.kind === 'refused' ? [result.kind, result.scope] : result.kind);
      expect(JSON.stringify(result)).not.toContain(secret);
    }
    const passing = Array<string>(7).fill('passing');
    expect(results).toEqual([...passing, ['refused', 'account'], ['refused', 'account'], ['refused', 'request']]);
    // A redirect is followed nowhere.
    expect(asked).toHaveLength(10);
  });

  it('takes what builders write: nulls beside it, words that are too long, a mark before it, other letters', async () => {
    json({ text: 'Até as 18h.', handOver: null, none: null, did: null });
    expect(await ask()).toMatchObject({ kind: 'answer', text: 'Até as 18h.', acted: [] });
    json({ text: null, handOver: { reason: 'x'.repeat(900), summary: 'y'.repeat(9000) } });
    expect(await ask()).toMatchObject({
      kind: 'tool',
      arguments: { reason: 'x'.repeat(500), summary: 'y'.repeat(2000) },
    });
    json({ handOver: { reason: 'quer cancelar', summary: null } });
    expect(await ask()).toMatchObject({ kind: 'tool', arguments: { reason: 'quer cancelar', summary: '' } });
    json({ none: 'z'.repeat(900), text: '' });
    expect(await ask()).toMatchObject({ kind: 'no-answer', code: 'declined' });
    json({ text: 'Feito.', did: Array(30).fill('a'.repeat(300)) });
    expect(await ask()).toMatchObject({ kind: 'answer', acted: Array(10).fill('a'.repeat(200)) });

    const bytes = (type: string, body: Buffer) => {
      answer = (response) => response.writeHead(200, { 'content-type': type }).end(body);
    };
    const latin = Buffer.from('{"text":"Até às 8h"}', 'latin1');
    for (const [type, body] of [
      ['application/json', Buffer.from('\uFEFF{"text":"Até às 8h"}')],
      ['application/json; charset=ISO-8859-1', latin],
      ['application/json;charset="windows-1252"', latin],
      ['application/json; charset=nowhere', Buffer.from('{"text":"Até às 8h"}')],
    ] as const) {
      bytes(type, body);
      expect(await ask(), type).toMatchObject({ kind: 'answer', text: 'Até às 8h' });
    }
    // Neither of nothing nor of two things: nulls say nothing.
    for (const wrong of [{ text: null }, { handOver: null, none: null }, { text: 'a', none: 'b', handOver: null }]) {
      json(wrong);
      expect(await ask(), JSON.stringify(wrong)).toMatchObject({ kind: 'passing', code: 'garbled' });
    }
  });

  it('keeps nothing of what an address says besides its status: it may repeat a customer; a try shows it', async () => {
    for (const [status, headers] of [
      [401, {}],
      [404, {}],
      [422, {}],
      [500, {}],
      [302, { location: `${address}/geheim` }],
    ] as const) {
      raw(status, headers, 'got: Vocês abrem hoje?');
      const kept = await ask();
      expect(kept).toMatchObject({ reason: expect.stringMatching(/127\.0\.0\.1/) });
      expect(JSON.stringify(kept)).not.toMatch(/abrem|geheim/);
      expect(JSON.stringify(await ask({}, { about: undefined }))).toMatch(/abrem|geheim/);
    }
  });

  it('stops for a refusal, however long its page is', async () => {
    raw(401, {}, 'x'.repeat(200_000));
    expect(await ask()).toMatchObject({ kind: 'refused', scope: 'account', code: 'brain-secret' });
    raw(404, { 'content-type': 'text/html' }, '<html>'.padEnd(200_000, 'x'));
    expect(await ask()).toMatchObject({ kind: 'refused', scope: 'account', code: 'brain-address' });
    raw(422, { 'content-encoding': 'gzip' }, 'zzz');
    expect(await ask()).toMatchObject({ kind: 'refused', scope: 'request' });
  });

  it('answered at once, a later answer counts no more; one that came before does', async () => {
    const { waits, of } = later();
    const closed: string[] = [];
    const first = {
      ...of,
      close: (key: string) => {
        closed.push(key);
        return waits.get(key) ?? null;
      },
    };
    json({ text: 'Agora.' });
    expect(await ask({ later: first })).toMatchObject({ text: 'Agora.' });
    expect(closed).toEqual([about.key]);
    const between = { ...of, close: () => JSON.stringify({ kind: 'text', text: 'Antes.', did: [] }) };
    expect(await ask({ later: between })).toMatchObject({ text: 'Antes.' });
  });

  it('takes a later answer, also one that comes before the address has said that it will', async () => {
    const { waits, of } = later();
    answer = (response) => {
      response.writeHead(202).end();
      setTimeout(() => waits.set(about.key, JSON.stringify({ kind: 'text', text: 'Depois.', did: [] })), 50);
    };
    expect(await ask({ later: of })).toMatchObject({ kind: 'answer', text: 'Depois.' });

    // The next life asks for the same messages: the answer is there, and nobody is asked.
    expect(await ask({ later: of })).toMatchObject({ text: 'Depois.' });
    expect(asked).toHaveLength(1);

    const early = later();
    answer = (response) => {
      early.waits.set(about.key, JSON.stringify({ kind: 'text', text: 'Antes.', did: [] }));
      response.writeHead(500).end();
    };
    expect(await ask({ later: early.of })).toMatchObject({ text: 'Antes.' });
  });

  it('waits for n8n that answers at once, and no longer than it may; a test does not wait', async () => {
    json({ message: 'Workflow was started' });
    expect(await ask({}, { timeoutMs: 300 })).toMatchObject({ kind: 'passing', code: 'timeout' });
    expect(await ask({}, { about: undefined })).toMatchObject({ kind: 'no-answer', code: 'later' });
    expect(JSON.parse(asked[1]?.body ?? '')).toMatchObject({ test: true, customer: null, answer: null });

    answer = () => undefined;
    expect(await ask({}, { timeoutMs: 300 })).toMatchObject({ kind: 'passing' });
    answer = (response) => response.writeHead(200).end('{"text":"'.padEnd(200_000, 'x'));
    expect(await ask()).toMatchObject({ kind: 'passing', code: 'too-large' });
  });

  it('is not asked without a secret that signs, nor over open wires', async () => {
    json({ text: 'x' });
    for (const [code, wrong] of [
      ['brain-secret', { secret: '' }],
      ['brain-secret', { secret: 'short' }],
      ['brain-secret', { secret: 'whsec_aaaa' }],
      ['brain-address', { address: null }],
      ['brain-address', { address: 'http://n8n.example.com/x' }],
    ] as const)
      expect(await ask(wrong)).toMatchObject({ kind: 'refused', scope: 'account', code });
    expect(asked).toHaveLength(0);
    for (const near of [
      'http://n8n:5678/x',
      'http://localhost/x',
      'http://192.168.0.7/x',
      'http://[::1]:80/x',
      'https://x.example.com',
    ])
      expect(brainAddressProblem(near)).toBeNull();
    for (const open of ['http://172.32.0.1/x', 'http://[2606:4700::1]/x', 'http://n8n.local.example.com'])
      expect(brainAddressProblem(open)).toMatch(/https/);
  });

  it('summarises and hears nothing', async () => {
    const provider = createWebhookProvider({ address, secret, later: null });
    expect(
      await provider.summarize({ previous: null, items: [], model: 'webhook', timeoutMs: 1 }, never()),
    ).toMatchObject({
      code: 'unsupported',
    });
  });
});
