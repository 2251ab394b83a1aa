import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedHeaders } from '../../../src/tools/sign-call.ts';
import { createWebhookProvider } from '../../../workers/ai/webhook-provider.ts';
import { personTool } from '../../../workers/conversation/turn/person-tool.ts';
import { parseWorkflow, reachedFrom, serveWorkflow } from '../../support/n8n-workflow.ts';
import { aRequest, never } from './conversation-request.ts';

/** docs/examples/n8n-brain.json, asked by the fleet's own provider and by others who would like to be it. */

const workflow = parseWorkflow(
  readFileSync(resolve(import.meta.dirname, '../../../docs/examples/n8n-brain.json'), 'utf8'),
);
const secret = 'f3b1c1f6a1d24c0f9d3e7b5a86420c11';

let n8n: Awaited<ReturnType<typeof serveWorkflow>>;
beforeAll(async () => {
  n8n = await serveWorkflow(workflow, secret);
});
afterAll(() => n8n.close());

const ask = (text: string, given = secret) =>
  createWebhookProvider({ address: n8n.address, secret: given, later: null }).answer(
    aRequest({ text, tools: [personTool] }),
    never(),
  );

it('is made of nodes that n8n has, all of them joined, and every way ends in an answer', () => {
  // n8n 2.40.7, in which it was run by hand: the versions that it makes anew, and older ones that it keeps.
  const known: Readonly<Record<string, readonly number[]>> = {
    'n8n-nodes-base.webhook': [2, 2.1],
    'n8n-nodes-base.code': [2],
    'n8n-nodes-base.crypto': [2],
    'n8n-nodes-base.if': [2.2, 2.3],
    'n8n-nodes-base.respondToWebhook': [1.4, 1.5],
    'n8n-nodes-base.stickyNote': [1],
  };
  const { nodes, connections } = workflow;
  for (const { type, typeVersion } of nodes) expect(known[type], type).toContain(typeVersion);
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  const [start] = nodes.filter(({ type }) => type.endsWith('.webhook'));
  const joined = nodes.filter(({ type }) => !type.endsWith('.stickyNote')).map(({ name }) => name);
  expect([...reachedFrom(workflow, start?.name ?? '')].toSorted()).toEqual(joined.toSorted());
  const ends = joined.filter((name) => (connections[name]?.main.flat() ?? []).length === 0);
  for (const end of ends) expect(nodes.find(({ name }) => name === end)?.type).toMatch(/respondToWebhook$/);
  // Nothing of a secret, a machine or a person.
  expect(JSON.stringify(workflow)).not.toMatch(/credentials|instanceId|whsec_[A-Za-z0-9+/]{8}|https?:/);
});

it('answers what the fleet asks, whatever its words are, and asks for a person', async () => {
  for (const text of ['Abrem hoje?', 'pão 🥖 "às" {{ 8h }} $x\n\\'])
    expect(await ask(text)).toMatchObject({ kind: 'answer', text: `Olá ! Você escreveu: ${text}` });
  expect(await ask('Quero um atendente')).toMatchObject({ kind: 'tool', name: personTool.name });
});

it('turns away what another secret signed, which stops the session with its reason', async () => {
  const forged = await ask('oi', 'another-secret-of-some-length');
  expect(forged).toMatchObject({ kind: 'refused', scope: 'account', code: 'brain-secret' });
  expect('reason' in forged && forged.reason).toMatch(/401.*same secret.*ai_key/);
});

it('turns away what was changed on its way, is old, comes from the future, or is not signed', async () => {
  const body = JSON.stringify({ version: 1, turn: 'a', text: 'oi', customer: null });
  const now = Date.now();
  const signed = (at = now) => signedHeaders(secret, { key: 'a', at, body });
  const statusOf = async (headers: Readonly<Record<string, string>>, sent = body): Promise<number> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: sent };
    return (await fetch(n8n.address, init)).status;
  };
  expect(await statusOf(signed())).toBe(200);
  expect(await statusOf({ ...signed(), 'webhook-signature': `v1,AAAA ${signed()['webhook-signature']}` })).toBe(200);

  const minutes = 60_000;
  const wrong: readonly [Readonly<Record<string, string>>, string][] = [
    [signed(), body.replace('oi', 'ai')],
    [signed(), `${body} `],
    [signed(now - 6 * minutes), body],
    [signed(now + 6 * minutes), body],
    [{ ...signed(now - 6 * minutes), 'webhook-timestamp': String(Math.floor(now / 1000)) }, body],
    [{ ...signed(), 'webhook-id': 'b' }, body],
    [{ ...signed(), 'webhook-signature': 'v1,' }, body],
    [{ ...signed(), 'webhook-timestamp': 'soon' }, body],
    [{}, body],
  ];
  for (const [headers, sent] of wrong) expect(await statusOf(headers, sent)).toBe(401);
});
