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
